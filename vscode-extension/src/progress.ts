/**
 * Shows the daemon's work-done progress as notifications with a bar, a percentage in words and a Cancel button.
 *
 * The language client alone would show it as a silent entry of the status bar. One is shown at a time, the first
 * that began: the Renders view has the others.
 */

import * as vscode from "vscode";
import type {
  ProgressToken,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport,
} from "vscode-languageclient/node";
import { withResolvers } from "./promises.ts";
import { percent } from "./renders/format.ts";

interface Notification {
  readonly title: string;
  readonly cancellable: boolean;
  readonly closed: Promise<void>;
  readonly close: () => void;
  percent: number;
  message: string;
  isShown: boolean;
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
      this.#showFirst();
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
    const { title, cancellable = false } = begin;
    this.#open.set(token, { title, cancellable, closed, close, percent: 0, message: "", isShown: false });
    this.#report(token, begin);
    this.#showFirst();
  }

  #showFirst(): void {
    const [first] = this.#open;
    if (first && !first[1].isShown) {
      this.#show(...first);
    }
  }

  #show(token: ProgressToken, notification: Notification): void {
    notification.isShown = true;
    const { title, cancellable, closed } = notification;
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable };
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

/** VS Code draws the bar but never says the number, so the text has to. */
function inWords(value: number, message: string | undefined): string {
  if (message?.includes("%")) {
    return message;
  }
  return [percent(value), message].filter(Boolean).join(" · ");
}
