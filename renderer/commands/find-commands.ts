import type { TFunction } from 'i18next';
import { matchScore } from '../search/rank.ts';
import type { Command } from './command.ts';

/** Letters that are merely somewhere in a name, far apart, are no match. */
const least = 0.4;

/** How well a query matches a command: by its name, by the English words of its id, or by the heading under which it stands. */
function scoreOf(query: string, { id, title, group }: Command, t: TFunction): number {
  const names = [t(title), id.replaceAll('-', ' ')].map((name) => matchScore(query, name));
  return Math.max(...names, matchScore(query, t(`commands.groups.${group}`)) * 0.6);
}

/** The commands that a query finds, best first. */
export function findCommands(query: string, commands: readonly Command[], t: TFunction): Command[] {
  return commands
    .map((command) => ({ command, score: scoreOf(query.trim(), command, t) }))
    .filter(({ score }) => score >= least)
    .sort((a, b) => b.score - a.score)
    .map(({ command }) => command);
}
