import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import { Failure } from './Failure';
import { TextField } from './Fields';

interface Question {
  title: string; // as in `Delete web?`
  action: string; // what the red button says
  doing: { mutate: () => void; isPending: boolean; error: Error | null };
  onClose: () => void;
  children: ReactNode; // what will happen
  typed?: string; // has to be typed first: there is no way back
  impossible?: boolean; // the text says why: there is nothing to confirm
}

/** Asked before something is taken away; an error is shown in it, and nothing is lost. */
export function ConfirmDialog({ title, action, doing, onClose, children, typed = '', impossible = false }: Question): ReactNode {
  const [given, setGiven] = useState('');
  const ready = given === typed && !doing.isPending;
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-label={title.replace('?', '')}>
      <ModalHeader title={title} titleIconVariant={typed ? 'danger' : 'warning'} />
      <ModalBody>
        <div className="sw-gap-below-small">{children}</div>
        <Form id="confirm" onSubmit={(event) => { event.preventDefault(); if (ready) doing.mutate(); }}>
          {typed && <TextField label={`Type ${typed} to go on`} value={given} onChange={setGiven} />}
          <Failure error={doing.error} />
        </Form>
      </ModalBody>
      <ModalFooter>
        {!impossible && <Button variant="danger" type="submit" form="confirm" isDisabled={!ready} isLoading={doing.isPending}>{action}</Button>}
        <Button variant="link" onClick={onClose}>{impossible ? 'Close' : 'Keep it'}</Button>
      </ModalFooter>
    </Modal>
  );
}
