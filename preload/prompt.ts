import { contextBridge, ipcRenderer } from 'electron';
import { PROMPT_CHANNEL_ARGUMENT } from '../shared/contract/prompt.ts';
import type { PromptBridge, PromptQuestion } from '../shared/contract/prompt.ts';

const argument = process.argv.find((word) => word.startsWith(PROMPT_CHANNEL_ARGUMENT));
const channel = (argument ?? '').slice(PROMPT_CHANNEL_ARGUMENT.length);

/** Gives the page that asks for a PIN or a passphrase its one question and its one answer. */
const bridge: PromptBridge = {
  question: () => ipcRenderer.invoke(channel, { kind: 'question' }) as Promise<PromptQuestion>,
  answer: (secret) => ipcRenderer.invoke(channel, { kind: 'answer', secret }) as Promise<void>,
};

contextBridge.exposeInMainWorld('strongroomPrompt', bridge);
