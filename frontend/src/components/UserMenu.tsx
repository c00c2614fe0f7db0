import { Divider, Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { UserIcon } from '@patternfly/react-icons/dist/esm/icons/user-icon';
import { type ReactNode, useState } from 'react';
import { useSession } from '../lib/session';

export function UserMenu(): ReactNode {
  const { session, signOut } = useSession();
  const [open, setOpen] = useState(false);
  const roles = Object.entries(session?.roles ?? {}).map(([tenant, role]) => `${role} of ${tenant}`);
  const what = session?.platformAdmin ? 'administers the platform' : roles.join(', ') || 'no role in any tenant';
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle ref={ref} icon={<UserIcon />} onClick={() => setOpen(!open)} isExpanded={open} variant="plainText">
          {session?.user}
        </MenuToggle>
      )}
    >
      <DropdownList>
        <DropdownItem isDisabled description={what}>
          {session?.user}
        </DropdownItem>
        <Divider component="li" />
        <DropdownItem onClick={() => void signOut()}>Sign out</DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}
