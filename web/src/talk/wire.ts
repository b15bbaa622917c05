// What the server says and is told, as JSON.

export type Author = "contact" | "assistant" | "agent" | "system";
export type Control = "assistant" | "person" | "nobody";

export interface Offered {
  id: string;
  title: string;
  /** Names words that the server itself offers. */
  code?: string;
}

export interface Citation {
  title: string;
  url: string;
}

export interface FileShown {
  name: string;
  kind: "image" | "document";
  size: number;
  /** Signed, and good for some hours. */
  url: string;
}

export interface Message {
  id: string;
  /** Names the place of the message in the contact's history; also the id of its event. */
  cursor: string;
  conversation: string;
  seq: number;
  author: Author;
  text: string;
  /** Names a line that the server itself says, so that it can be said in the reader's language. */
  code?: string;
  sent_at: string;
  /** The id that this page, or another tab, made for it. Only for the contact's own. */
  client_id?: string;
  /** Who of the business wrote it. */
  name?: string;
  buttons?: Offered[];
  citations?: Citation[];
  files?: FileShown[];
  image?: string;
  withdrawn?: boolean;
}

export interface Situation {
  conversation: { id: string; control: Control; agent: string | null } | null;
  /** Whether an answer of the assistant is on its way. */
  thinking: boolean;
}

export interface History extends Situation {
  messages: Message[];
  /** Whether there are messages before these, or after them. */
  earlier: boolean;
  later: boolean;
}

export interface Uploading {
  max_bytes: number;
  types: string[];
}

export interface Session extends History {
  token: string;
  assistant: string;
  business: string;
  max_characters: number;
  uploads: Uploading | null;
}

export interface Uploaded {
  id: string;
  name: string;
  kind: "image" | "document";
  size: number;
}

/** One message to the server. The id is made once and kept for every try: the server takes it once. */
export interface Outgoing {
  id: string;
  text?: string;
  button_id?: string;
  files?: string[];
}
