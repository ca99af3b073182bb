/** Every option of a render that is a setting, as a table: what it is called, what it takes, how it reads. */

import type { Option } from "./option.ts";
import { PAGE_OPTIONS } from "./pageOptions.ts";
import { SOUND_OPTIONS } from "./soundOptions.ts";
import { VIDEO_OPTIONS } from "./videoOptions.ts";

export const OPTIONS: readonly Option[] = [...VIDEO_OPTIONS, ...PAGE_OPTIONS, ...SOUND_OPTIONS];

/** Raises an Error for a key that is not in the table. */
export function optionOf(key: string): Option {
  const option = OPTIONS.find((each) => each.key === key);
  if (!option) {
    throw new Error(`There is no render option ${key}.`);
  }
  return option;
}
