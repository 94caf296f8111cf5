import { useQuery } from '@tanstack/react-query';
import type { CommandView, CommunityView } from '@wattmesh/portal/views';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { commandsQuery } from '../../api/queries.ts';
import { siteName } from '../../api/site-name.ts';
import { Card } from '../../components/card.tsx';
import { CsvButton } from '../../components/csv-button.tsx';
import type { CsvColumn } from '../../components/to-csv.ts';
import { Loaded } from '../../components/states.tsx';
import type { Format } from '../../format/use-format.ts';
import { CommandItem } from './command-item.tsx';
import './command.css';

const LIMIT = 60;
const FIRST = 6;
const NONE: CommandView[] = [];

type Props = { community: CommunityView; format: Format; batteryIds: ReadonlySet<string> };

/** What the brain told the devices, newest first: why, what else it would have cost, and whether it happened. */
export function CommandCard({ community, format, batteryIds }: Props) {
  const { t } = useTranslation();
  const [isAll, setAll] = useState(false);
  const commands = useQuery(commandsQuery(community.communityId, LIMIT));
  const rows = commands.data ?? NONE;
  return (
    <Card
      title={t('command.title')}
      hint={t('command.hint')}
      tools={<CsvButton name={`${community.communityId}-commands`} columns={useCsvColumns()} rows={rows} />}
    >
      <Loaded query={commands} lines={8} isEmpty={(data) => data.length === 0} empty={t('command.none')}>
        {(data) => (
          <>
            <ol className="command-list">
              {(isAll ? data : data.slice(0, FIRST)).map((command) => (
                <CommandItem
                  key={command.commandId}
                  command={command}
                  name={siteName(community, command.siteId)}
                  isBattery={batteryIds.has(command.deviceId)}
                  format={format}
                />
              ))}
            </ol>
            {data.length > FIRST ? (
              <button type="button" className="button" onClick={() => setAll(!isAll)}>
                {isAll ? t('table.less') : t('table.more', { count: data.length })}
              </button>
            ) : null}
          </>
        )}
      </Loaded>
    </Card>
  );
}

function useCsvColumns(): CsvColumn<CommandView>[] {
  const { t } = useTranslation();
  const stageAt = (name: CommandView['stages'][number]['stage']): CsvColumn<CommandView> => ({
    header: t(`command.stage.${name}`),
    csv: (command) => command.stages.find((stage) => stage.stage === name)?.at,
  });
  return [
    { header: t('command.stage.issued'), csv: (command) => command.issuedAt },
    { header: t('command.device'), csv: (command) => command.deviceId },
    { header: t('command.site'), csv: (command) => command.siteId },
    { header: `${t('command.setpoint')} (W)`, csv: (command) => command.setpointW },
    { header: t('command.reasonCode'), csv: (command) => command.reason.code },
    { header: t('command.reason'), csv: (command) => command.reason.text },
    { header: `${t('command.nextBestSetpoint')} (W)`, csv: (command) => command.reason.nextBest?.setpointW },
    { header: t('command.nextBestCost'), csv: (command) => toUnits(command.reason.nextBest?.extraCostMicro) },
    stageAt('accepted'),
    stageAt('applied'),
    stageAt('verified'),
    {
      header: `${t('command.measured')} (W)`,
      csv: (command) => command.stages.find((stage) => stage.stage === 'verified')?.measuredW,
    },
    { header: t('command.state'), csv: (command) => command.stage },
    { header: t('command.commandId'), csv: (command) => command.commandId },
  ];
}

function toUnits(amountMicro: number | undefined): number | undefined {
  return amountMicro === undefined ? undefined : amountMicro / 1_000_000;
}
