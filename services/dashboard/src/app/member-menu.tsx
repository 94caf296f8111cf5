import { Link, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

type Props = { members: readonly { memberId: string; name: string; role: string }[] };

export function MemberMenu({ members }: Props) {
  const { t } = useTranslation();
  const menu = useRef<HTMLDetailsElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => {
    if (menu.current !== null) menu.current.open = false;
  }, [path]);
  return (
    <details className="shell-menu" ref={menu} onKeyDown={(event) => event.key === 'Escape' && close(menu.current)}>
      <summary className={path.startsWith('/members/') ? 'shell-link active' : 'shell-link'}>
        {t('frame.members')}
      </summary>
      <ul className="shell-menu-list">
        {members
          .filter((member) => member.role !== 'residual')
          .map((member) => (
            <li key={member.memberId}>
              <Link to="/members/$memberId" params={{ memberId: member.memberId }}>
                {member.name}
              </Link>
            </li>
          ))}
      </ul>
    </details>
  );
}

function close(menu: HTMLDetailsElement | null): void {
  if (menu === null) return;
  menu.open = false;
  menu.querySelector('summary')?.focus();
}
