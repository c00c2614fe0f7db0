import { Button, ClipboardCopy, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Membership } from '../../api/types';
import { Choice } from '../../components/Choice';
import { Failure } from '../../components/Failure';
import { Panel } from '../../components/Facts';
import { ChoiceField, TextField } from '../../components/Fields';
import { json } from '../../lib/http';
import { useLive } from '../../lib/live';
import { patch, pathOf, remove } from '../../lib/resources';
import { useSession } from '../../lib/session';
import { exact } from '../../lib/time';

const ROLES = [
  { value: 'viewer', label: 'viewer', description: 'reads' },
  { value: 'operator', label: 'operator', description: 'also makes and changes clusters' },
  { value: 'admin', label: 'admin', description: 'also says who is a member' },
];

export function Members({ tenant }: { tenant: string }): ReactNode {
  const { may } = useSession();
  const { items, complete, phase } = useLive<Membership>({ plural: 'memberships', namespace: tenant });
  const [adding, setAdding] = useState(false);
  const admin = may('admin', tenant);
  const change = useMutation({ mutationFn: ({ name, role }: { name: string; role: string }) => patch('memberships', tenant, name, { spec: { role } }) });
  const removal = useMutation({ mutationFn: (membership: Membership) => remove('memberships', membership) });
  return (
    <Panel title="Members" actions={admin && <Button variant="secondary" size="sm" onClick={() => setAdding(true)}>Give a token</Button>}>
      <Failure error={change.error ?? removal.error} />
      {items.length === 0 && <p className="sw-subtle">{complete ? 'No member yet: give somebody a token, or name a group with kubectl.' : phase === 'refused' ? 'You may not see the members.' : 'Loading members…'}</p>}
      {items.length > 0 && (
        <Table aria-label="Members" variant="compact">
          <Thead><Tr><Th>Who</Th><Th>Role</Th>{admin && <Th screenReaderText="Actions" />}</Tr></Thead>
          <Tbody>
            {items.map((membership) => {
              const { metadata: { name }, spec: { subject, role } } = membership;
              return (
                <Tr key={name}>
                  <Td dataLabel="Who">{subject.kind === 'Group' && 'group '}{subject.name}</Td>
                  <Td dataLabel="Role">{admin ? <Choice label={`Role of ${subject.name}`} value={role} options={ROLES} onChange={(chosen) => change.mutate({ name, role: chosen })} variant="plainText" /> : role}</Td>
                  {admin && <Td isActionCell><Button variant="link" isInline isDanger onClick={() => removal.mutate(membership)} aria-label={`Remove ${subject.name}`}>Remove</Button></Td>}
                </Tr>
              );
            })}
          </Tbody>
        </Table>
      )}
      {adding && <TokenDialog tenant={tenant} onClose={() => setAdding(false)} />}
    </Panel>
  );
}

interface TokenAnswer {
  user: string;
  token: string;
  expirationTimestamp: string;
}

function TokenDialog({ tenant, onClose }: { tenant: string; onClose: () => void }): ReactNode {
  const [account, setAccount] = useState('');
  const [role, setRole] = useState('operator');
  const [expiresIn, setExpiresIn] = useState('90d');
  const issue = useMutation({ mutationFn: () => json<TokenAnswer>(pathOf('tenants', '', tenant, 'token'), { method: 'POST', body: { account, role, expiresIn } }) });
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-label="Give a token">
      <ModalHeader title="Give a token" description={`An account of ${tenant}, made if it is not there, and a token to sign in with: here, with kubectl, with slipway.`} />
      <ModalBody>
        {issue.data ? (
          <div className="sw-stack">
            <p>The token of {issue.data.user}. It is shown this once, and valid until {exact(issue.data.expirationTimestamp)}.</p>
            <ClipboardCopy isReadOnly hoverTip="Copy" clickTip="Copied" textAriaLabel="Token">{issue.data.token}</ClipboardCopy>
          </div>
        ) : (
          <Form id="token-form" onSubmit={(event) => { event.preventDefault(); issue.mutate(); }}>
            <Failure error={issue.error} shown={['account', 'role', 'expiresIn']} />
            <TextField label="Account" value={account} onChange={setAccount} error={issue.error} field="account" />
            <ChoiceField label="Role" value={role} options={ROLES} onChange={setRole} error={issue.error} field="role" />
            <TextField label="Valid for" value={expiresIn} onChange={setExpiresIn} hint="Such as 30d or 12h." error={issue.error} field="expiresIn" />
          </Form>
        )}
      </ModalBody>
      <ModalFooter>
        {!issue.data && <Button type="submit" form="token-form" isLoading={issue.isPending} isDisabled={!account}>Give the token</Button>}
        <Button variant="link" onClick={onClose}>{issue.data ? 'Close' : 'Cancel'}</Button>
      </ModalFooter>
    </Modal>
  );
}
