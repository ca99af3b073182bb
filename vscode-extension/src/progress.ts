/**
 * Shows the daemon's work-done progress as notifications with a bar, a percentage in words and a Cancel button.
 *
 * The language client alone would show it as a silent entry of the status bar.
 */

import * as vscode from "vscode";
import type {
  ProgressToken,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport,
} from "vscode-languageclient/node";

interface Notification {
  readonly report: (value: { message?: string; increment?: number }) => void;
  readonly close: () => void;
  percent: number;
}

type Message = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

export class ProgressNotifications {
  readonly #open = new Map<ProgressToken, Notification>();
  readonly #cancel: (token: ProgressToken) => Promise<void>;

  constructor(cancel: (token: ProgressToken) => Promise<void>) {
    this.#cancel = cancel;
  }

  handle(token: ProgressToken, message: Message): void {
    if (message.kind === "begin") {
      this.#begin(token, message);
    } else if (message.kind === "report") {
      this.#report(token, message);
    } else {
      this.#open.get(token)?.close();
      this.#open.delete(token);
    }
  }

  /** Closes what a daemon that is gone left open. */
  endAll(): void {
    for (const notification of this.#open.values()) {
      notification.close();
    }
    this.#open.clear();
  }

  #begin(token: ProgressToken, begin: WorkDoneProgressBegin): void {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: begin.title,
      cancellable: begin.cancellable ?? false,
    };
    void vscode.window.withProgress(options, (progress, cancellation) => {
      cancellation.onCancellationRequested(() => this.#cancel(token));
      return new Promise<void>((resolve) => {
        this.#open.set(token, { report: (value) => progress.report(value), close: resolve, percent: 0 });
        this.#report(token, begin);
      });
    });
  }

  #report(token: ProgressToken, { message, percentage }: { message?: string; percentage?: number }): void {
    const notification = this.#open.get(token);
    if (!notification) {
      return;
    }
    const percent = Math.max(notification.percent, Math.min(100, percentage ?? 0));
    notification.report({ message: inWords(percent, message), increment: percent - notification.percent });
    notification.percent = percent;
  }
}

/** VS Code draws the bar but never says the number, so the text has to. */
function inWords(percent: number, message: string | undefined): string {
  if (message?.includes("%")) {
    return message;
  }
  return [`${Math.floor(percent)}%`, message].filter(Boolean).join(" · ");
}
