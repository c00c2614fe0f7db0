import { PageSection } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { Panel } from '../../components/Facts';
import { PageHead } from '../../components/PageHead';
import { ProviderForm } from './ProviderForm';

export default function NewProvider(): ReactNode {
  const navigate = useNavigate();
  return (
    <>
      <PageHead title="Add a provider" trail={[{ to: '/providers', label: 'Providers' }]} lead="Its connection is tested as soon as it is added; nothing is made there before a cluster asks for it." />
      <PageSection isFilled aria-label="New provider">
        <Panel title="Where machines come from"><ProviderForm onDone={(name) => void navigate(`/providers/${name}`)} /></Panel>
      </PageSection>
    </>
  );
}
