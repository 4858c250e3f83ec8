import { z } from 'zod';
import { type UiSettings, uiSettingsSchema } from '../bridge/contract.ts';
import { createTurns } from './in-turn.ts';
import { changeSettings, readSettings } from './settings.ts';

/** The settings of the page: `ui` in settings.json. */
export type UiSettingsFile = {
  read(): Promise<UiSettings>;
  /** Changes some and keeps the rest; throws a ProblemError where the file is broken or cannot be written. */
  change(change: Partial<UiSettings>): Promise<UiSettings>;
};

const { shape } = uiSettingsSchema;
/** A value that this Weft does not know counts as not set: a look is no reason to stay shut. */
const lenient = z.object({
  theme: shape.theme.catch('system'),
  language: shape.language.catch('system'),
  snapToGrid: shape.snapToGrid.catch(false),
  runOnChange: shape.runOnChange.catch(false),
});

const anything = z.looseObject({}).catch({});

export function createUiSettings(path: string): UiSettingsFile {
  const inTurn = createTurns();
  const readHeld = async () => anything.parse((await readSettings(path)).ui);
  return {
    read: async () => lenient.parse(await readHeld()),
    change: (change) =>
      inTurn(async () => {
        const ui = { ...(await readHeld()), ...change };
        await changeSettings(path, { ui });
        return lenient.parse(ui);
      }),
  };
}
