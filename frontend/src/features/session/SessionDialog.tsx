import { Modal, ModalBody, ModalHeader } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { SignInForm } from './SignInForm';

/** Over the page, which stays as it is: what was typed is still there afterwards. */
export function SessionDialog(): ReactNode {
  return (
    <Modal isOpen variant="small" aria-labelledby="session-ended" aria-describedby="session-ended-body">
      <ModalHeader title="Your session has ended" labelId="session-ended" description="Sign in again to go on where you were. Nothing that you typed is lost." />
      <ModalBody id="session-ended-body">
        <SignInForm aside />
      </ModalBody>
    </Modal>
  );
}
