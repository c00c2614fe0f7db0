import { Button, NumberInput } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { NodePool } from '../../api/types';
import { Failure } from '../../components/Failure';
import { patch } from '../../lib/resources';

/** − and +: what is chosen is told before it is done. */
export function ScalePool({ pool, disabled }: { pool: NodePool; disabled: boolean }): ReactNode {
  const declared = pool.spec.replicas;
  const [chosen, setChosen] = useState<number | null>(null);
  const wanted = chosen ?? declared;
  const scale = useMutation({
    mutationFn: () => patch('nodepools', pool.metadata.namespace ?? '', pool.metadata.name, { spec: { replicas: wanted } }),
    onSuccess: () => setChosen(null),
  });
  const set = (value: number): void => {
    setChosen(Math.min(1000, Math.max(0, Math.round(value))));
    scale.reset();
  };
  return (
    <div className="sw-scale">
      <NumberInput
        value={wanted} min={0} max={1000} isDisabled={disabled} widthChars={4}
        onMinus={() => set(wanted - 1)} onPlus={() => set(wanted + 1)}
        onChange={(event) => set(Number((event.target as HTMLInputElement).value) || 0)}
        inputAriaLabel={`Nodes of ${pool.metadata.name}`} minusBtnAriaLabel={`One node less in ${pool.metadata.name}`} plusBtnAriaLabel={`One node more in ${pool.metadata.name}`}
        unit={wanted === 1 ? 'node' : 'nodes'}
      />
      {wanted !== declared && (
        <div className="sw-scale__plan" role="status">
          <span>{consequence(declared, wanted)}</span>{' '}
          <Button size="sm" onClick={() => scale.mutate()} isLoading={scale.isPending} isDisabled={scale.isPending}>Apply</Button>{' '}
          <Button size="sm" variant="link" onClick={() => setChosen(null)}>Keep {declared}</Button>
        </div>
      )}
      <Failure error={scale.error} title="The pool keeps its size" />
    </div>
  );
}

export function consequence(declared: number, wanted: number): string {
  const count = Math.abs(wanted - declared);
  const machines = count === 1 ? 'machine' : 'machines';
  return wanted > declared
    ? `${count} ${machines} will be made; the others stay as they are.`
    : `${count} ${machines} will be drained and deleted, the newest first.`;
}
