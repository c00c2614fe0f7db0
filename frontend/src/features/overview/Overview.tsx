import { PageSection } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { PageHead } from '../../components/PageHead';

export default function Overview(): ReactNode {
  return (
    <>
      <PageHead title="Overview" />
      <PageSection>soon</PageSection>
    </>
  );
}
