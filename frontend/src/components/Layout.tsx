/** The frame of every page: who, where, and whether what is seen is live. */
import {
  Masthead, MastheadBrand, MastheadContent, MastheadLogo, MastheadMain, MastheadToggle, Nav, NavGroup, NavItem, NavList,
  Page, PageSidebar, PageSidebarBody, PageToggleButton, SkipToContent, Toolbar, ToolbarContent, ToolbarGroup, ToolbarItem,
} from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import mark from '../assets/mark.svg';
import { useSession } from '../lib/session';
import { Connection } from './Connection';
import { TenantSwitch } from './TenantSwitch';
import { ThemeSwitch } from './ThemeSwitch';
import { UserMenu } from './UserMenu';

const WORK = [
  { to: '/', label: 'Overview' },
  { to: '/clusters', label: 'Clusters' },
];
const RESOURCES = [
  { to: '/storagepools', label: 'Storage pools' },
  { to: '/networks', label: 'Networks' },
  { to: '/floatingips', label: 'Floating IPs' },
];
const PLATFORM = [
  { to: '/tenants', label: 'Tenants' },
  { to: '/providers', label: 'Providers' },
  { to: '/hosts', label: 'Hosts' },
  { to: '/releases', label: 'Releases' },
  { to: '/health', label: 'Health' },
];

const OPERATORS = ['/hosts', '/health']; // theirs alone

export function Layout({ children }: { children: ReactNode }): ReactNode {
  return (
    <Page
      masthead={<Head />}
      sidebar={<Side />}
      isManagedSidebar
      skipToContent={<SkipToContent href="#main">Skip to content</SkipToContent>}
      mainContainerId="main"
      className="sw-page"
    >
      {children}
    </Page>
  );
}

function Head(): ReactNode {
  return (
    <Masthead>
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton isHamburgerButton aria-label="Navigation" />
        </MastheadToggle>
        <MastheadBrand>
          <MastheadLogo component={(props) => <Link {...props} to="/" className="sw-brand" />}>
            <img src={mark} alt="" width={28} height={28} />
            <span>Slipway</span>
          </MastheadLogo>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <Toolbar isStatic isFullHeight>
          <ToolbarContent>
            <ToolbarItem>
              <TenantSwitch />
            </ToolbarItem>
            <ToolbarGroup align={{ default: 'alignEnd' }} gap={{ default: 'gapMd' }}>
              <ToolbarItem>
                <Connection />
              </ToolbarItem>
              <ToolbarItem>
                <ThemeSwitch />
              </ToolbarItem>
              <ToolbarItem>
                <UserMenu />
              </ToolbarItem>
            </ToolbarGroup>
          </ToolbarContent>
        </Toolbar>
      </MastheadContent>
    </Masthead>
  );
}

function Side(): ReactNode {
  const { session } = useSession();
  return (
    <PageSidebar>
      <PageSidebarBody>
        <Nav aria-label="Pages">
          <NavList>
            <Items items={WORK} />
          </NavList>
          <NavGroup title="Resources">
            <Items items={RESOURCES} />
          </NavGroup>
          <NavGroup title={session?.platformAdmin ? 'Platform' : 'About'}>
            <Items items={session?.platformAdmin ? PLATFORM : PLATFORM.filter(({ to }) => !OPERATORS.includes(to))} />
          </NavGroup>
        </Nav>
      </PageSidebarBody>
    </PageSidebar>
  );
}

function Items({ items }: { items: { to: string; label: string }[] }): ReactNode {
  const { pathname, search } = useLocation();
  const tenant = new URLSearchParams(search).get('tenant');
  return items.map(({ to, label }) => {
    const active = to === '/' ? pathname === '/' : pathname === to || pathname.startsWith(`${to}/`);
    return (
      <NavItem key={to} isActive={active}>
        <Link to={tenant ? `${to}?tenant=${tenant}` : to} aria-current={active ? 'page' : undefined}>
          {label}
        </Link>
      </NavItem>
    );
  });
}
