// @ts-check
import { useEffect, useState } from 'react';

/** @import { Pool } from 'unjank' */

/**
 * A pool for as long as the component is shown. It is made in an effect, which a server that renders the component
 * does not run.
 *
 * @param {() => Promise<Pool>} open the same function each time
 * @returns {{ pool?: Pool, error?: unknown }} neither is there before it is open
 */
export function usePool(open) {
  const [opened, setOpened] = useState(/** @type {{ pool?: Pool, error?: unknown }} */ ({}));
  useEffect(() => {
    let isShown = true;
    const opening = open();
    opening.then(
      (pool) => { if (isShown) setOpened({ pool }); },
      (error) => { if (isShown) setOpened({ error }); },
    );
    return () => {
      isShown = false;
      setOpened({});
      // One that is still opening is closed as soon as it is there.
      opening.then((pool) => pool.close('abort'), () => undefined);
    };
  }, [open]);
  return opened;
}
