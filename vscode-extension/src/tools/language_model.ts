/**
 * The part of VS Code's API for language model tools that is used here.
 *
 * It came with VS Code 1.95, and the types are those of the oldest VS Code that is supported.
 */

import * as vscode from "vscode";

export interface ToolInvocation<Input> {
  readonly input: Input;
}

export interface PreparedInvocation {
  readonly invocationMessage: string;
  /** What the person is asked before the tool does anything. */
  readonly confirmationMessages?: { readonly title: string; readonly message: string };
}

/** `invoke` answers in words for the model; what it throws is told to the model too. */
export interface Tool<Input> {
  prepareInvocation(options: ToolInvocation<Input>): PreparedInvocation;
  invoke(options: ToolInvocation<Input>, cancellation: vscode.CancellationToken): Promise<string>;
}

interface Api {
  readonly lm?: {
    registerTool?(
      name: string,
      tool: {
        prepareInvocation(options: ToolInvocation<never>): PreparedInvocation;
        invoke(options: ToolInvocation<never>, cancellation: vscode.CancellationToken): Promise<unknown>;
      },
    ): vscode.Disposable;
  };
  readonly LanguageModelTextPart?: new (text: string) => unknown;
  readonly LanguageModelToolResult?: new (parts: readonly unknown[]) => unknown;
}

/** Offers a tool to language models; does nothing in a VS Code that has no tools. */
export function registerTool<Input>(name: string, tool: Tool<Input>): vscode.Disposable {
  const { lm, LanguageModelTextPart: Text, LanguageModelToolResult: Result } = vscode as unknown as Api;
  if (!lm?.registerTool || !Text || !Result) {
    return new vscode.Disposable(() => undefined);
  }
  return lm.registerTool(name, {
    prepareInvocation: (options) => tool.prepareInvocation(options),
    invoke: async (options, cancellation) => new Result([new Text(await tool.invoke(options, cancellation))]),
  });
}
