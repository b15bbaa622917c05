// The parts around the messages: who is there, what may be pressed, what is wrong.

import { html, nothing, type TemplateResult } from "lit";
import type { Words } from "../strings/index.js";
import type { Talk } from "../talk/talk.js";
import type { Offered } from "../talk/wire.js";
import * as icons from "./icons.js";
import { log, type Naming } from "./log.js";

export interface Panel {
  talk: Talk;
  words: Words;
  naming: Naming;
  floating: boolean;
  logo: string;
  announce: boolean;
  sound: boolean;
  unseen: boolean;
  composer: TemplateResult;
  press(button: Offered, byKeyboard: boolean): void;
  askToStartOver(): void;
  toggleSound(): void;
  close(): void;
  returnToAssistant(): void;
  showEarlier(): void;
  retry(): void;
  scrolled(): void;
  showEnd(): void;
}

export function panel(about: Panel): TemplateResult {
  const { words, floating } = about;
  const middle = html`
    ${notice(about)} ${earlier(about)} ${log(about.talk, words, about.naming, about.announce)} ${typing(about)} ${choices(about)}
  `;
  const label = words.say("conversation");
  return html`
    <header class="bar" part="header">${header(about)}</header>
    ${
      floating
        ? html`<div class="conversation" id="scroller" tabindex="0" role="region" aria-label=${label} @scroll=${about.scrolled}>${middle}</div>`
        : html`<main class="conversation" id="scroller" tabindex="0" aria-label=${label} @scroll=${about.scrolled}>${middle}</main>`
    }
    <footer class="foot" part="footer">
      ${about.unseen ? html`<button type="button" class="newer" @click=${about.showEnd}>${words.say("newMessages")} ${icons.down}</button>` : nothing}
      ${person(about)} ${status(about)} ${about.composer}
    </footer>
    <span id="new-tab" hidden>${words.say("opensInNewTab")}</span>
  `;
}

function header({ talk, words, naming, floating, logo, sound, ...does }: Panel): TemplateResult {
  const { control, agent } = talk.situation.conversation ?? { control: "assistant", agent: null };
  const person = control === "person";
  const name = person ? (agent ?? words.say("team", { business: naming.business })) : naming.assistant;
  const what = person
    ? words.say(agent ? "team" : "personAnswers", { business: naming.business })
    : words.say("assistantOf", { business: naming.business });
  const soundLabel = words.say(sound ? "soundOff" : "soundOn");
  return html`
    <img class="mark" src=${logo} alt="" width="40" height="40" />
    <div class="who" aria-live="polite">
      ${floating ? html`<h2 id="speaker">${name}</h2>` : html`<h1 id="speaker">${name}</h1>`}
      <p id="subtitle">${what}</p>
    </div>
    <button type="button" class="round plain" id="sound" aria-label=${soundLabel} title=${soundLabel}
      @click=${does.toggleSound}>${sound ? icons.soundOn : icons.soundOff}</button>
    <button type="button" class="quiet" id="start-over" title=${words.say("startOver")} @click=${does.askToStartOver}
      >${icons.again}<span class="label">${words.say("startOver")}</span></button>
    ${
      floating
        ? html`<button type="button" class="round plain" id="close" aria-label=${words.say("close")}
            title=${words.say("close")} @click=${does.close}>${icons.down}</button>`
        : nothing
    }
  `;
}

function notice({ talk, words }: Panel): TemplateResult {
  const person = talk.situation.conversation?.control === "person";
  return html`<p class="notice" id="notice" ?hidden=${person}>${words.say("notice")}</p>`;
}

function earlier({ talk, words, showEarlier }: Panel): TemplateResult | typeof nothing {
  if (!talk.earlier) return nothing;
  return html`<button type="button" class="quiet earlier" @click=${showEarlier}>${words.say("earlier")}</button>`;
}

function typing({ talk, words, naming }: Panel): TemplateResult {
  const text = words.say("typing", { name: naming.assistant });
  return html`<div id="typing" class="typing" ?hidden=${!talk.thinking}>
    <span class="unseen">${text}</span><i></i><i></i><i></i>
  </div>`;
}

function choices({ talk, words, press }: Panel): TemplateResult {
  const buttons = talk.choices;
  return html`<div id="choices" class="choices" role="group" aria-label=${words.say("choices")} aria-live="polite"
    ?hidden=${!buttons.length}>
    ${buttons.map(
      (button) =>
        html`<button type="button" dir="auto" @click=${(event: MouseEvent) => press(button, event.detail === 0)}
          >${titleOf(button, words)}</button>`,
    )}
  </div>`;
}

/** What the server itself offers stands in the reader's language. */
export function titleOf(button: Offered, words: Words): string {
  return words.line(button.code) ?? button.title;
}

function person({ talk, words, returnToAssistant }: Panel): TemplateResult {
  const { control, agent } = talk.situation.conversation ?? { control: "assistant", agent: null };
  const text = agent ? words.say("talkingTo", { name: agent }) : words.say("personWillAnswer");
  return html`<div id="person" class="strip" ?hidden=${control !== "person"}>
    <p>${text}</p>
    <button type="button" class="quiet" id="back" @click=${returnToAssistant}>${words.say("backToAssistant")}</button>
  </div>`;
}

function status({ talk, words, retry }: Panel): TemplateResult {
  const { problem } = talk;
  return html`<div id="status" class="strip problem" role="status" ?hidden=${!problem}>
    <p>${problem ? words.say(problem) : ""}</p>
    <button type="button" class="quiet" id="retry" ?hidden=${!problem || problem === "busy"} @click=${retry}
      >${words.say("tryAgain")}</button>
  </div>`;
}
