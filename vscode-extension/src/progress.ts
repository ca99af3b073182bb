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
  readonly closed: Promise<void>;
  readonly close: () => void;
  percent: number;
  message: string;
  /** Draws what is new; absent until VS Code shows the notification, which may be after the end. */
  draw?: () => void;
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
    const { promise: closed, resolve: close } = withResolvers();
    const notification: Notification = { closed, close, percent: 0, message: "" };
    this.#open.set(token, notification);
    this.#report(token, begin);
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: begin.title,
      cancellable: begin.cancellable ?? false,
    };
    void vscode.window.withProgress(options, (progress, cancellation) => {
      let drawn = 0;
      notification.draw = () => {
        progress.report({ message: notification.message, increment: notification.percent - drawn });
        drawn = notification.percent;
      };
      notification.draw();
      cancellation.onCancellationRequested(() => this.#cancel(token));
      return closed;
    });
  }

  #report(token: ProgressToken, { message, percentage }: { message?: string; percentage?: number }): void {
    const notification = this.#open.get(token);
    if (notification) {
      notification.percent = Math.max(notification.percent, Math.min(100, percentage ?? 0));
      notification.message = inWords(notification.percent, message);
      notification.draw?.();
    }
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** VS Code draws the bar but never says the number, so the text has to. */
function inWords(percent: number, message: string | undefined): string {
  if (message?.includes("%")) {
    return message;
  }
  return [`${Math.floor(percent)}%`, message].filter(Boolean).join(" · ");
}
