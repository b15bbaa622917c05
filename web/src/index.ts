import { DeskhandChat } from "./element.js";

// Two script tags, or one in a frame of the other, must not fail on the second.
if (!customElements.get("deskhand-chat")) customElements.define("deskhand-chat", DeskhandChat);
