/**
 * Holds a lock for as long as this worker lives, so that the page learns of any end, even one that no
 * event tells of. Where there are no locks, deadlines have to do.
 *
 * @param {LockManager | undefined} locks
 * @param {string} name
 * @returns {Promise<void> | undefined}
 */
export function hold(locks, name) {
  return locks && new Promise((held) => {
    locks.request(name, () => new Promise(() => held())).catch(held);
  });
}
