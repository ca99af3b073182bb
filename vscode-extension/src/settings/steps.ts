/** Several questions one after the other, with a way back. */

/** What a question is answered with when the person wants the one before it. */
export const BACK = Symbol("back");

export interface Position {
  readonly step: number;
  readonly totalSteps: number;
}

/** Asks one question: the state with its answer, BACK, or undefined when the person has had enough. */
export type Step<State> = (state: State, position: Position) => Promise<State | typeof BACK | undefined>;

/** The state after all questions; undefined when the person left. Back returns to a question as it was asked. */
export async function runSteps<State>(
  steps: readonly Step<State>[],
  initial: State,
): Promise<State | undefined> {
  const states = [initial];
  while (states.length <= steps.length) {
    const step = steps[states.length - 1];
    const state = states.at(-1);
    if (!step || state === undefined) {
      return undefined;
    }
    const answer = await step(state, { step: states.length, totalSteps: steps.length });
    if (answer === undefined) {
      return undefined;
    }
    if (answer !== BACK) {
      states.push(answer);
    } else if (states.length > 1) {
      states.pop();
    }
  }
  return states.at(-1);
}
