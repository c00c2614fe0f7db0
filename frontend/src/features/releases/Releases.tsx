import { Card, CardBody, CardHeader, CardTitle, Gallery, Label, PageSection } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { Release } from '../../api/types';
import { Command } from '../../components/Command';
import { Facts } from '../../components/Facts';
import { HealthLabel } from '../../components/HealthLabel';
import { PageHead } from '../../components/PageHead';
import { Empty, Loading } from '../../components/States';
import { useLive } from '../../lib/live';

export default function Releases(): ReactNode {
  const { items, complete } = useLive<Release>({ plural: 'releases' });
  const newest = [...items].sort((one, other) => other.spec.version.localeCompare(one.spec.version, 'en', { numeric: true }));
  return (
    <>
      <PageHead title="Releases" lead="Kubernetes versions on offer, and whether their files are here: clusters are built from bundles, without the internet." />
      <PageSection isFilled aria-label="Releases">
        {newest.length === 0 && (complete ? <Empty title="No release yet">The ticker writes them within a minute of its start.</Empty> : <Loading what="Loading releases" />)}
        <Gallery hasGutter minWidths={{ default: '24rem' }}>
          {newest.map(({ metadata, spec, status }) => (
            <Card key={metadata.name} component="section" aria-label={`Release ${spec.version}`} isFullHeight>
              <CardHeader>
                <CardTitle component="h2">Kubernetes {spec.version}</CardTitle>
                <div className="sw-row">
                  <HealthLabel health={status?.bundle === 'Present' ? 'ready' : 'blocked'}>{status?.bundle === 'Present' ? 'Bundle present' : 'Bundle missing'}</HealthLabel>
                  {spec.default && <Label isCompact color="blue">default</Label>}
                </div>
              </CardHeader>
              <CardBody>
                <Facts facts={[['Upstream supports it until', spec.supportedUntil], ['Clusters may go on to', spec.upgradesTo?.join(', ')]]} />
                {status?.bundle !== 'Present' && <div className="sw-gap-above">Real machines need its bundle: <Command line={`slipway bundle build ${spec.version}`} /></div>}
              </CardBody>
            </Card>
          ))}
        </Gallery>
      </PageSection>
    </>
  );
}
