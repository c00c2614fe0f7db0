import { Label, Tooltip } from '@patternfly/react-core';
import { InProgressIcon } from '@patternfly/react-icons/dist/esm/icons/in-progress-icon';
import { PluggedIcon } from '@patternfly/react-icons/dist/esm/icons/plugged-icon';
import { UnpluggedIcon } from '@patternfly/react-icons/dist/esm/icons/unplugged-icon';
import type { ReactNode } from 'react';
import { useConnection } from '../lib/live';

/** Whether what is on the page is as it is now. */
export function Connection(): ReactNode {
  const phase = useConnection();
  if (phase === 'reconnecting')
    return (
      <Tooltip content="Slipway does not answer. What you see may be out of date; the page comes back by itself.">
        <Label status="warning" icon={<UnpluggedIcon />} role="status" tabIndex={0}>
          Reconnecting…
        </Label>
      </Tooltip>
    );
  if (phase === 'loading')
    return (
      <Label icon={<InProgressIcon />} role="status">
        Loading…
      </Label>
    );
  return (
    <Tooltip content="Everything on this page changes by itself as the server's does.">
      <Label variant="outline" color="green" icon={<PluggedIcon />} role="status" tabIndex={0}>
        Live
      </Label>
    </Tooltip>
  );
}
