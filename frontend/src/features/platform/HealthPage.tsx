import { Card, CardBody, CardTitle, Gallery, Grid, GridItem, PageSection } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Provider } from '../../api/types';
import { Ago } from '../../components/Ago';
import { Failure } from '../../components/Failure';
import { Facts, Panel } from '../../components/Facts';
import { HealthLabel } from '../../components/HealthLabel';
import { PageHead } from '../../components/PageHead';
import { Loading } from '../../components/States';
import { json, send } from '../../lib/http';
import { useLive } from '../../lib/live';
import { ConditionList } from '../../components/ConditionList';

const EVERY_MS = 5_000; // there is nothing to watch: it is measured when somebody asks
const TITLES: Record<string, string> = { database: 'Database', queue: 'Queue', workers: 'Workers', objects: 'Objects' };

interface Part {
  name: string;
  well: boolean;
  text: string;
}

/** `[+]queue 3 due` → one part. */
export function partsOf(report: string): Part[] {
  return [...report.matchAll(/^\[([+-])\](\S+) (.*)$/gm)].map(([, sign, name = '', text = '']) => ({ name, well: sign === '+', text }));
}

async function measure(): Promise<{ parts: Part[]; milliseconds: number }> {
  const started = performance.now();
  const report = await (await send('/readyz?verbose', { accept: 'text/plain' })).text();
  return { parts: partsOf(report), milliseconds: Math.round(performance.now() - started) };
}

export default function HealthPage(): ReactNode {
  const { data, error } = useQuery({ queryKey: ['health'], queryFn: measure, refetchInterval: EVERY_MS });
  const { data: version } = useQuery({ queryKey: ['version'], queryFn: () => json<Record<string, string>>('/version'), staleTime: Infinity });
  const providers = useLive<Provider>({ plural: 'providers' });
  return (
    <>
      <PageHead title="Health" lead="How the platform itself is, measured every few seconds while you look." />
      <PageSection isFilled aria-label="Health of the platform">
        <Failure error={error} title="Slipway does not answer well" />
        {!data && !error && <Loading what="Measuring" />}
        {data && (
          <Grid hasGutter>
            <GridItem>
              <Gallery hasGutter minWidths={{ default: '16rem' }}>
                <PartCard part={{ name: 'Web', well: data.milliseconds < 1000, text: `answers in ${data.milliseconds} ms` }} />
                {data.parts.map((part) => <PartCard key={part.name} part={{ ...part, name: TITLES[part.name] ?? part.name }} />)}
              </Gallery>
            </GridItem>
            <GridItem lg={6}>
              <Panel title="Providers">
                {providers.items.map((provider) => <ProviderHealth key={provider.metadata.uid} provider={provider} />)}
                {providers.items.length === 0 && <p className="sw-subtle">No provider yet.</p>}
              </Panel>
            </GridItem>
            <GridItem lg={6}>
              <Panel title="This server"><Facts facts={[['Slipway', version?.gitVersion?.split('+slipway-')[1]], ['Speaks as Kubernetes', version && `${version.major}.${version.minor}`], ['Platform', version?.platform], ['Address', window.location.origin]]} /></Panel>
            </GridItem>
          </Grid>
        )}
      </PageSection>
    </>
  );
}

function ProviderHealth({ provider }: { provider: Provider }): ReactNode {
  const { orphans = 0, orphansSeenAt = '' } = provider.status ?? {};
  const found = orphans === 0 ? 'found nothing left behind' : <Link to={`/providers/${provider.metadata.name}`}>{`found ${orphans} left behind`}</Link>;
  return (
    <div className="sw-gap-below-small">
      <h3 className="sw-heading">{provider.metadata.name}</h3>
      <ConditionList object={provider} />
      <p className="sw-subtle">{orphansSeenAt ? <>Last sweep <Ago at={orphansSeenAt} />, {found}</> : 'Not swept yet: that is done once an hour.'}</p>
    </div>
  );
}

function PartCard({ part: { name, well, text } }: { part: Part }): ReactNode {
  return (
    <Card component="section" aria-label={name} isFullHeight>
      <CardTitle component="h2">{name}</CardTitle>
      <CardBody><HealthLabel health={well ? 'ready' : 'failing'}>{well ? 'well' : 'not well'}</HealthLabel><p className="sw-gap-above">{text}</p></CardBody>
    </Card>
  );
}
