import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Panel } from '../../components/Facts';
import { Failure } from '../../components/Failure';
import { Loading } from '../../components/States';
import { useCluster } from './context';
import { LedgerView, rememberLedger } from './LedgerView';

/** Every outside object the cluster ever had; read again whenever the cluster changes. */
export default function LedgerTab(): ReactNode {
  const cluster = useCluster();
  const { metadata } = cluster;
  const { data, error } = useQuery({
    queryKey: ['ledger', metadata.uid, metadata.resourceVersion],
    queryFn: () => rememberLedger(cluster),
    placeholderData: keepPreviousData,
  });
  return (
    <Panel title={metadata.deletionTimestamp ? 'Everything outside is being removed' : 'Everything Slipway made outside'}>
      {data ? <LedgerView ledger={data} /> : error ? <Failure error={error} title="The ledger cannot be read" /> : <Loading what="Reading the ledger" />}
    </Panel>
  );
}
