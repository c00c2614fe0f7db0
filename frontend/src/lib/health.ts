/** How a cluster is, in one word, from what its conditions say. */
import type { Cluster, Condition, Row } from '../api/types';

export type Health = 'blocked' | 'failing' | 'deleting' | 'building' | 'ready';

export interface Verdict {
  health: Health;
  reason: string; // one CamelCase word
  message: string; // a sentence
  who: 'you' | 'operator' | 'nobody'; // who has to act
}

export const HEALTHS: { health: Health; label: string; plural: string }[] = [
  { health: 'blocked', label: 'Blocked', plural: 'blocked' },
  { health: 'failing', label: 'Failing', plural: 'failing' },
  { health: 'building', label: 'In progress', plural: 'in progress' },
  { health: 'deleting', label: 'Deleting', plural: 'being deleted' },
  { health: 'ready', label: 'Ready', plural: 'ready' },
];

/** Reasons of work that goes on as it should; every other one of a cluster that is not Ready is a fault. */
const UNDER_WAY = /^(Waiting|Reconciling|ScalingDown|Deleting|$)/;

export function conditionOf(object: { status?: object | undefined }, type: string): Condition | undefined {
  const conditions = (object.status as { conditions?: Condition[] } | undefined)?.conditions;
  return conditions?.find((condition) => condition.type === type);
}

export function healthOf(cluster: Cluster): Verdict {
  const ready = conditionOf(cluster, 'Ready');
  const blocked = conditionOf(cluster, 'Blocked');
  return judge({
    ready: ready?.status === 'True',
    reason: ready?.reason ?? '',
    message: ready?.message ?? '',
    blocked: blocked?.status === 'True' ? `${blocked.reason}: ${blocked.message}` : '',
    deleting: Boolean(cluster.metadata.deletionTimestamp),
  });
}

/** The same from a row of the Table. */
export function healthOfRow({ cells, metadata }: Row): Verdict {
  const [reason, message] = split(String(cells.Reason ?? ''));
  return judge({
    ready: cells.Ready === 'True',
    reason,
    message,
    blocked: String(cells.Blocked ?? ''),
    deleting: Boolean(metadata.deletionTimestamp),
  });
}

interface Signs {
  ready: boolean;
  reason: string;
  message: string;
  blocked: string;
  deleting: boolean;
}

function judge({ ready, reason, message, blocked, deleting }: Signs): Verdict {
  if (blocked) {
    const [why, text] = split(blocked);
    return { health: 'blocked', reason: why, message: text, who: /The operator (has to|can) mend it/.test(text) ? 'operator' : 'you' };
  }
  if (deleting) return { health: 'deleting', reason: reason || 'Deleting', message, who: 'nobody' };
  if (ready) return { health: 'ready', reason, message, who: 'nobody' };
  return { health: UNDER_WAY.test(reason) ? 'building' : 'failing', reason, message, who: 'nobody' };
}

function split(text: string): [string, string] {
  const match = /^([A-Z][A-Za-z]+): ([\s\S]*)$/.exec(text);
  return match ? [match[1] ?? '', match[2] ?? ''] : /^[A-Z][A-Za-z]+$/.test(text) ? [text, ''] : ['', text];
}
