import { Tabs } from 'radix-ui';
import type { ReactNode } from 'react';
import './overlays.css';

export type Tab = { key: string; title: ReactNode; content: ReactNode };

type Props = { label: string; tabs: readonly Tab[]; value: string; onChange: (key: string) => void };

/** Tabs by arrow keys; only the chosen one is mounted. */
export function TabSet({ label, tabs, value, onChange }: Props) {
  return (
    <Tabs.Root value={value} onValueChange={onChange} className="tabs">
      <Tabs.List className="tabs-list" aria-label={label}>
        {tabs.map((tab) => (
          <Tabs.Trigger key={tab.key} value={tab.key} className="tabs-trigger">
            {tab.title}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {tabs.map((tab) => (
        <Tabs.Content key={tab.key} value={tab.key}>
          {tab.content}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
