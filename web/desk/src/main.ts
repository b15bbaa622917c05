// The desk's script: htmx, what every page needs, and what the inbox and the conversation do.

import "./frame.css";
import "./pages.css";
import htmx from "htmx.org";
import { startFrame } from "./frame.js";
import { startPages } from "./pages.js";

// Some of htmx's extensions look for it there.
Object.assign(window, { htmx });
startFrame();
startPages();
