import { Injectable } from '@nestjs/common';
import type { MemberRegistered, SiteConfigured } from '@wattmesh/events';
import { EntityManager } from 'typeorm';
import type { RegistryDocument } from '../registry/registry.schema.ts';
import { openDirectory, type CommunityDirectory } from './community-directory.ts';
import { CommunityUnknownError, MemberUnknownError, SiteUnknownError } from './directory.errors.ts';

/** What is registered, read once: a registered document never changes. */
@Injectable()
export class DirectoryService {
  readonly #known = new Map<string, CommunityDirectory>();
  readonly #communityBySite = new Map<string, string>();

  constructor(private readonly database: EntityManager) {}

  /** All communities, in the order of their registration. */
  async all(): Promise<CommunityDirectory[]> {
    await this.#readNew();
    return [...this.#known.values()];
  }

  async community(communityId: string): Promise<CommunityDirectory> {
    const found = await this.find(communityId);
    if (found === undefined) throw new CommunityUnknownError(communityId);
    return found;
  }

  async find(communityId: string): Promise<CommunityDirectory | undefined> {
    if (!this.#known.has(communityId)) await this.#readNew();
    return this.#known.get(communityId);
  }

  async site(communityId: string, siteId: string): Promise<SiteConfigured> {
    const { sites } = await this.community(communityId);
    const site = sites.find((each) => each.siteId === siteId);
    if (site === undefined) throw new SiteUnknownError(siteId, communityId);
    return site;
  }

  async member(memberId: string): Promise<{ directory: CommunityDirectory; member: MemberRegistered }> {
    for (const directory of await this.all()) {
      const member = directory.members.find((each) => each.memberId === memberId);
      if (member !== undefined) return { directory, member };
    }
    throw new MemberUnknownError(memberId);
  }

  /** Communities of sites; a site that nobody registered is left out. */
  async communitiesOfSites(siteIds: Iterable<string>): Promise<ReadonlyMap<string, CommunityDirectory>> {
    const wanted = [...new Set(siteIds)];
    if (wanted.some((siteId) => !this.#communityBySite.has(siteId))) await this.#readNew();
    return new Map(
      wanted.flatMap((siteId) => {
        const directory = this.#known.get(this.#communityBySite.get(siteId) ?? '');
        return directory === undefined ? [] : [[siteId, directory] as const];
      }),
    );
  }

  async #readNew(): Promise<void> {
    const rows: { document: RegistryDocument; registered_at: Date }[] = await this.database.query(
      `select document, registered_at from registration where community_id <> all($1::text[])
       order by registered_at, community_id`,
      [[...this.#known.keys()]],
    );
    for (const { document, registered_at } of rows) {
      const directory = openDirectory(document, registered_at.toISOString());
      this.#known.set(directory.community.communityId, directory);
      for (const siteId of directory.allSiteIds) {
        if (!this.#communityBySite.has(siteId)) this.#communityBySite.set(siteId, directory.community.communityId);
      }
    }
  }
}
