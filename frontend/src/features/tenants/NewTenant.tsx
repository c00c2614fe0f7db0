import { PageSection } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { Panel } from '../../components/Facts';
import { PageHead } from '../../components/PageHead';
import { TenantForm } from './TenantForm';

export default function NewTenant(): ReactNode {
  const navigate = useNavigate();
  return (
    <>
      <PageHead title="Create a tenant" trail={[{ to: '/tenants', label: 'Tenants' }]} lead="A customer or a team. What is left empty is not limited." />
      <PageSection isFilled aria-label="New tenant">
        <Panel title="Who, and how much"><TenantForm onDone={(name) => void navigate(`/tenants/${name}`)} /></Panel>
      </PageSection>
    </>
  );
}
