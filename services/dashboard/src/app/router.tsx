import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { readMemberSearch } from './member-search.ts';
import { readOperatorSearch } from './operator-search.ts';
import { NotFound } from './not-found.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const operator = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: readOperatorSearch,
  component: lazyRouteComponent(() => import('./operator-page.tsx'), 'OperatorPage'),
});

const member = createRoute({
  getParentRoute: () => root,
  path: '/members/$memberId',
  validateSearch: readMemberSearch,
  component: lazyRouteComponent(() => import('./member-page.tsx'), 'MemberPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([operator, member]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
