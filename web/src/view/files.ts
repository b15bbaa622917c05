// Files that are attached to the message being written. Each is uploaded as soon as it is chosen, so that a message
// that waits to be sent needs only their ids.

import { type Api, Refused } from "../talk/api.js";
import type { Uploaded, Uploading } from "../talk/wire.js";

export const MOST_FILES = 5;
const LONGEST_PAUSE_MS = 15_000;

export type Fault = "fileTooLarge" | "fileOfOtherKind" | "fileFailed" | "tooManyFiles";

export interface Chosen {
  file: File;
  uploaded: Uploaded | null;
  fault: Fault | null;
  stop: AbortController;
}

export class Files {
  chosen: readonly Chosen[] = [];
  /** What could not even be chosen, until the next try. */
  refused: { name: string; fault: Fault } | null = null;

  constructor(
    private readonly api: Api,
    private readonly changed: () => void,
  ) {}

  get ready(): Uploaded[] {
    return this.chosen.flatMap((chosen) => chosen.uploaded ?? []);
  }

  get busy(): boolean {
    return this.chosen.some((chosen) => !chosen.uploaded && !chosen.fault);
  }

  add(files: Iterable<File>, allowed: Uploading): void {
    this.refused = null;
    for (const file of files) {
      const fault = this.#faultOf(file, allowed);
      if (fault) {
        this.refused = { name: file.name, fault };
        continue;
      }
      const chosen: Chosen = { file, uploaded: null, fault: null, stop: new AbortController() };
      this.chosen = [...this.chosen, chosen];
      void this.#upload(chosen);
    }
    this.changed();
  }

  remove(chosen: Chosen): void {
    chosen.stop.abort();
    this.chosen = this.chosen.filter((other) => other !== chosen);
    this.changed();
  }

  /** Gives the uploaded files to a message. */
  take(): Uploaded[] {
    const ready = this.ready;
    this.clear();
    return ready;
  }

  clear(): void {
    for (const chosen of this.chosen) chosen.stop.abort();
    this.chosen = [];
    this.refused = null;
    this.changed();
  }

  #faultOf(file: File, allowed: Uploading): Fault | null {
    if (this.chosen.length >= MOST_FILES) return "tooManyFiles";
    if (!allowed.types.includes(file.type)) return "fileOfOtherKind";
    return file.size > allowed.max_bytes ? "fileTooLarge" : null;
  }

  async #upload(chosen: Chosen): Promise<void> {
    for (let pause = 1_000; !chosen.stop.signal.aborted; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
      try {
        chosen.uploaded = await this.api.upload(chosen.file, chosen.stop.signal);
        return this.changed();
      } catch (error) {
        if (!(error instanceof Refused) || !error.passing) {
          chosen.fault = error instanceof Refused && error.status === 413 ? "fileTooLarge" : "fileFailed";
          return this.changed();
        }
        const seconds = error.retryAfterSeconds;
        await new Promise((resolve) => setTimeout(resolve, seconds ? seconds * 1000 : pause));
      }
    }
  }
}
