// @ts-check
import { Picture } from './picture.js';

export default function Page() {
  return <Picture />;
}
