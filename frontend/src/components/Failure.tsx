import { Alert, List, ListItem } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { ApiError, messageOf } from '../lib/http';

/** Why something was refused, in the server's words; causes whose field is on the page are told there. */
export function Failure({ error, title = 'Not done', shown = [] }: { error: unknown; title?: string; shown?: string[] }): ReactNode {
  if (!error) return null;
  const causes = error instanceof ApiError ? error.causes.filter(({ field }) => !field || !shown.includes(field)) : [];
  const some = error instanceof ApiError && error.causes.length > 0;
  return (
    <Alert variant="danger" isInline title={title} component="p" aria-live="polite">
      {some ? (
        <List isPlain>
          {causes.map((cause) => (
            <ListItem key={`${cause.field} ${cause.message}`}>
              {cause.field && <code>{cause.field}</code>} {cause.message}
            </ListItem>
          ))}
          {causes.length === 0 && <ListItem>See the fields that are marked.</ListItem>}
        </List>
      ) : (
        messageOf(error)
      )}
    </Alert>
  );
}
