/** Asks for one value: a list to choose from, a box to type in, or both. */

import * as vscode from "vscode";
import { messageOf } from "../errors.ts";
import { BACK, type Position } from "./steps.ts";

export interface Frame extends Partial<Position> {
  readonly title: string;
  readonly canGoBack?: boolean;
  /** Whether an answer was given before, which is not to be lost when something else gets the focus. */
  readonly isFollowUp?: boolean;
}

export interface Item<Value> extends vscode.QuickPickItem {
  readonly value: Value;
}

export type Answer<Value> = { readonly value: Value } | typeof BACK | undefined;

/** What is wrong with a text, or undefined; asked at every change. */
export type Validate = (text: string) => Promise<string | undefined>;

/** Lets the person choose one of the items; the active one is marked. */
export async function choose<Value>(
  frame: Frame,
  placeholder: string,
  items: readonly Item<Value>[],
  active?: Item<Value>,
): Promise<Answer<Value>> {
  const pick = vscode.window.createQuickPick<Item<Value>>();
  pick.placeholder = placeholder;
  pick.items = items;
  pick.matchOnDescription = true;
  pick.activeItems = active ? [active] : [];
  return await shown(pick, frame, (done) =>
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item) {
        done({ value: item.value });
      }
    }),
  );
}

/** Lets the person type a text that has no problem. */
export async function type(
  frame: Frame,
  prompt: string,
  value: string,
  validate: Validate,
): Promise<Answer<string>> {
  const box = vscode.window.createInputBox();
  box.prompt = prompt;
  box.value = value;
  let latest = 0;
  const judge = async (): Promise<boolean> => {
    latest += 1;
    const mine = latest;
    const problem = await validate(box.value).catch((error: unknown) => messageOf(error));
    if (mine === latest) {
      box.validationMessage = problem;
    }
    return mine === latest && problem === undefined;
  };
  return await shown(box, frame, (done) =>
    vscode.Disposable.from(
      box.onDidChangeValue(() => void judge()),
      box.onDidAccept(async () => {
        const text = box.value;
        if (await judge()) {
          done({ value: text });
        }
      }),
    ),
  );
}

async function shown<Value>(
  input: vscode.QuickPick<Item<Value>> | vscode.InputBox,
  frame: Frame,
  listen: (done: (answer: Answer<Value>) => void) => vscode.Disposable,
): Promise<Answer<Value>> {
  input.title = frame.title;
  input.step = frame.step;
  input.totalSteps = frame.totalSteps;
  input.ignoreFocusOut = frame.step !== undefined || frame.isFollowUp === true;
  input.buttons = frame.canGoBack ? [vscode.QuickInputButtons.Back] : [];
  const disposables: vscode.Disposable[] = [input];
  try {
    return await new Promise<Answer<Value>>((resolve) => {
      disposables.push(
        listen(resolve),
        input.onDidTriggerButton(() => resolve(BACK)),
        input.onDidHide(() => resolve(undefined)),
      );
      input.show();
    });
  } finally {
    vscode.Disposable.from(...disposables).dispose();
  }
}
