/** The ways a photo comes in: a sample, a file by picker, drag-and-drop or paste, and how large. */

import { element } from './page.js';

/**
 * @param {object} on
 * @param {(name: string, megapixels: number | null) => void} on.sample
 * @param {(file: File, megapixels: number | null) => void} on.file
 * @param {(megapixels: number | null) => void} on.size
 */
export function listenForPhotos(on) {
  const form = element('controls', HTMLFormElement);
  const picker = element('file', HTMLInputElement);
  const size = () => Number(new FormData(form).get('megapixels')) || null;
  /** @param {FileList | null | undefined} files */
  const take = (files) => {
    const file = files?.[0];
    if (file) on.file(file, size());
  };

  picker.addEventListener('change', () => {
    take(picker.files);
    picker.value = '';
  });
  form.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.name === 'photo') on.sample(target.value, size());
    if (target.name === 'megapixels') on.size(size());
  });
  document.addEventListener('paste', ({ clipboardData }) => take(clipboardData?.files));
  listenForDrops(take);
}

/** @param {(files: FileList | undefined) => void} take */
function listenForDrops(take) {
  const veil = element('dropping', HTMLElement);
  /** @param {DragEvent} event */
  const bringsFiles = (event) => event.dataTransfer?.types.includes('Files') ?? false;
  document.addEventListener('dragover', (event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    veil.classList.add('is-shown');
  });
  document.addEventListener('dragleave', ({ relatedTarget }) => {
    if (relatedTarget === null) veil.classList.remove('is-shown');
  });
  document.addEventListener('drop', (event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    veil.classList.remove('is-shown');
    take(event.dataTransfer?.files);
  });
}

/**
 * Marks the photo that is shown, however it came.
 * @param {{ name: string, isSample: boolean }} photo
 */
export function markShown({ name, isSample }) {
  element('own-name', HTMLElement).textContent = isSample ? 'Your own' : name;
  element('file', HTMLInputElement).classList.toggle('is-chosen', !isSample);
  /** @type {NodeListOf<HTMLInputElement>} */
  const samples = document.querySelectorAll('input[name="photo"]');
  for (const sample of samples) sample.checked = isSample && sample.value === name;
}
