/** A run's log: followed, searched, folded by play and host. */
import { Button, SearchInput, Switch, Toolbar, ToolbarContent, ToolbarGroup, ToolbarItem } from '@patternfly/react-core';
import { AngleDownIcon } from '@patternfly/react-icons/dist/esm/icons/angle-down-icon';
import { AngleRightIcon } from '@patternfly/react-icons/dist/esm/icons/angle-right-icon';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { Run } from '../api/types';
import { download } from '../lib/download';
import { type LogLine, useLog } from '../lib/log';
import { Choice } from './Choice';

const LINE_HEIGHT = 22;
const PHASES = { streaming: 'following', ended: 'ended', reconnecting: 'reconnecting…' };

export function LogView({ run }: { run: Run; onGone?: () => void }): ReactNode {
  const { namespace = '', name } = run.metadata;
  const log = useLog(namespace, name);
  const [query, setQuery] = useState('');
  const [host, setHost] = useState('');
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const [following, setFollowing] = useState(true);
  const hosts = useMemo(() => [...new Set(log.lines.map((line) => line.host).filter(Boolean))].sort(), [log.lines]);
  const shown = useMemo(() => visible(log.lines, query, host, folded), [log.lines, query, host, folded]);
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- we do not use React's compiler
  const virtual = useVirtualizer({ count: shown.length, getScrollElement: () => scroller.current, estimateSize: () => LINE_HEIGHT, overscan: 20 });
  useEffect(() => {
    if (following && shown.length > 0) virtual.scrollToIndex(shown.length - 1, { align: 'end' });
  }, [following, shown.length, virtual]);
  const fold = (number: number): void => {
    const next = new Set(folded);
    if (!next.delete(number)) next.add(number);
    setFolded(next);
  };
  return (
    <>
      <Toolbar inset={{ default: 'insetNone' }}>
        <ToolbarContent>
          <ToolbarItem><SearchInput aria-label="Search the log" placeholder="Search the log" value={query} onChange={(_event, text) => setQuery(text)} onClear={() => setQuery('')} /></ToolbarItem>
          <ToolbarItem><Choice label="Host" prefix value={host} options={[{ value: '', label: 'all' }, ...hosts.map((each) => ({ value: each, label: each }))]} onChange={setHost} /></ToolbarItem>
          <ToolbarItem alignSelf="center"><Switch id={`follow-${name}`} label="Follow" isChecked={following} onChange={(_event, on) => setFollowing(on)} /></ToolbarItem>
          <ToolbarGroup align={{ default: 'alignEnd' }}>
            <ToolbarItem alignSelf="center"><span role="status" className="sw-subtle">{shown.length} lines, {PHASES[log.phase]}</span></ToolbarItem>
            <ToolbarItem><Button variant="link" onClick={() => download(`${name}.log`, log.lines.map(asText).join('\n'), 'text/plain')}>Download</Button></ToolbarItem>
          </ToolbarGroup>
        </ToolbarContent>
      </Toolbar>
      <div className="sw-log" ref={scroller} tabIndex={0} role="log" aria-label={`Log of ${name}`} onWheel={(event) => { if (event.deltaY < 0) setFollowing(false); }}>
        {shown.length === 0 && <p className="sw-subtle">{log.lines.length > 0 ? 'No line fits.' : log.phase === 'ended' ? 'The run wrote nothing.' : 'Waiting for the first line…'}</p>}
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const line = shown[index] as LogLine;
            return (
              <div key={line.number} className={`sw-log__line sw-log__line--${line.status}`} style={{ position: 'absolute', insetBlockStart: start, insetInline: 0 }}>
                {line.status === 'started' ? (
                  <button type="button" onClick={() => fold(line.number)} aria-expanded={!folded.has(line.number)}>
                    {folded.has(line.number) ? <AngleRightIcon /> : <AngleDownIcon />} {line.time} {line.text}
                  </button>
                ) : (
                  <><span className="sw-log__time">{line.time}</span><span className="sw-log__status">{line.status}</span><span className="sw-log__host">{line.host}</span><span>{line.text}</span></>
                )}
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}

function asText({ time, status, host, text }: LogLine): string {
  return [time, status.padEnd(11), host.padEnd(24), text].join(' ').trim();
}

/** The lines that fit, without those of folded plays; a play is shown when one of its lines is. */
export function visible(lines: LogLine[], query: string, host: string, folded: ReadonlySet<number>): LogLine[] {
  const wanted = query.toLowerCase();
  const found: LogLine[] = [];
  let play: LogLine | undefined;
  for (const line of lines) {
    if (line.status === 'started') {
      play = line;
      if (!wanted && !host) found.push(line);
      continue;
    }
    if ((host && line.host !== host) || (wanted && !asText(line).toLowerCase().includes(wanted))) continue;
    if ((wanted || host) && play && !found.includes(play)) found.push(play);
    if (!play || !folded.has(play.number)) found.push(line);
  }
  return found;
}
