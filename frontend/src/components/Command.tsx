import { ClipboardCopy } from '@patternfly/react-core';
import type { ReactNode } from 'react';

/** A line for a terminal, ready to copy. */
export function Command({ line, label = 'Copy the command' }: { line: string; label?: string }): ReactNode {
  return (
    <ClipboardCopy isReadOnly hoverTip="Copy" clickTip="Copied" className="sw-command" textAriaLabel="Command" toggleAriaLabel={label}>
      {line}
    </ClipboardCopy>
  );
}
