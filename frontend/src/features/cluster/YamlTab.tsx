import { Alert, Button } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { parse, stringify } from 'yaml';
import type { Cluster } from '../../api/types';
import { Failure } from '../../components/Failure';
import { Panel } from '../../components/Facts';
import { Loading } from '../../components/States';
import { replace } from '../../lib/resources';
import { useSession } from '../../lib/session';
import { useCluster } from './context';

const YamlEditor = lazy(() => import('../../components/YamlEditor'));
const YamlDiff = lazy(() => import('../../components/YamlDiff'));

/** Edited as text: the server checks it first, and shows what would change. */
export default function YamlTab(): ReactNode {
  const cluster = useCluster();
  const { may } = useSession();
  const [base, setBase] = useState(cluster); // what the edit began with
  const [text, setText] = useState(() => yamlOf(cluster));
  const [checked, setChecked] = useState<Cluster | null>(null);
  const changes = may('operator', cluster.metadata.namespace) && !cluster.metadata.deletionTimestamp;
  const edited = text !== yamlOf(base);
  const moved = cluster.metadata.generation !== base.metadata.generation;

  const send = async (dryRun: boolean): Promise<Cluster> => {
    const { namespace = '', name } = cluster.metadata;
    return replace<Cluster>('clusters', namespace, name, wholeOf(text, cluster), dryRun);
  };
  const check = useMutation({ mutationFn: () => send(true), onSuccess: setChecked });
  const save = useMutation({ mutationFn: () => send(false), onSuccess: (saved) => start(saved) });
  function start(from: Cluster): void {
    setBase(from);
    setText(yamlOf(from));
    setChecked(null);
    check.reset();
  }

  return (
    <Panel title="YAML" actions={<Buttons />}>
      {moved && (
        <Alert isInline variant="info" title="Somebody changed the cluster meanwhile" component="p" className="sw-gap-below" actionLinks={<Button variant="link" isInline onClick={() => start(cluster)}>Take the new state, drop my edit</Button>}>
          What you typed is kept. Saving replaces the whole spec: check shows the difference to what is there now.
        </Alert>
      )}
      <Failure error={check.error ?? save.error} title="The server refuses this" />
      {save.isSuccess && !edited && <Alert isInline variant="success" title="Saved. Slipway takes the cluster there." component="p" className="sw-gap-below" />}
      <Suspense fallback={<Loading what="Loading the editor" />}>
        {checked ? (
          <>
            <p className="sw-gap-below">{yamlOf(checked) === yamlOf(cluster) ? 'Nothing would change.' : 'The server takes it. This would change:'}</p>
            <YamlDiff before={yamlOf(cluster)} after={yamlOf(checked)} />
          </>
        ) : (
          <YamlEditor label={`YAML of ${cluster.metadata.name}`} value={text} onChange={setText} kind="Cluster" readOnly={!changes} />
        )}
      </Suspense>
    </Panel>
  );

  function Buttons(): ReactNode {
    if (!changes) return null;
    if (checked) {
      return (
        <>
          <Button onClick={() => save.mutate()} isLoading={save.isPending} isDisabled={yamlOf(checked) === yamlOf(cluster)}>Save</Button>{' '}
          <Button variant="link" onClick={() => setChecked(null)}>Go on editing</Button>
        </>
      );
    }
    return (
      <>
        <Button variant="secondary" onClick={() => check.mutate()} isLoading={check.isPending} isDisabled={!edited}>Check and show the difference</Button>{' '}
        <Button variant="link" onClick={() => start(cluster)} isDisabled={!edited}>Discard</Button>
      </>
    );
  }
}

/** What was typed, with the metadata that only the server writes: a replacement without it would take it away. */
export function wholeOf(text: string, { metadata }: Cluster): string {
  const document = parse(text) as { metadata?: object };
  return stringify({ ...document, metadata: { ...metadata, labels: {}, annotations: {}, ...document.metadata } });
}

/** What a person edits: no status, and nothing that only the server writes. */
export function yamlOf({ apiVersion, kind, metadata, spec }: Cluster): string {
  const { name, namespace, labels, annotations } = metadata;
  const own = { name, namespace, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
  return stringify({ apiVersion, kind, metadata: own, spec });
}
