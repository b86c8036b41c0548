import { inject, Injectable } from '@angular/core';
import { ApiClient, Page, Tagged } from '@core/api/api.client';
import { VersionSummary } from '@shared/versions/version.model';
import { AudienceRole, EmbedRequest, EmbedToken, FolderChanges, NamedShare, ReportChanges, ReportFolder, ReportSummary, ReportVersion, SavedReport, Share, Shareable } from './saved.model';

const MOST = 200;

/** Saved reports, their versions, folders and shares; every rejection is a `Problem`. */
@Injectable({ providedIn: 'root' })
export class SavedClient {
  private readonly api = inject(ApiClient);

  /** A page of reports by name: in a folder, in none (`none`), or all; by a part of the name. */
  list(folder: string | null, q: string, cursor: string | null = null): Promise<Page<ReportSummary>> {
    return this.api.get('reports', { limit: String(MOST), ...(folder === null ? {} : { folder_id: folder }), ...(q === '' ? {} : { q }), ...(cursor === null ? {} : { cursor }) });
  }

  get(id: string): Promise<Tagged<SavedReport>> {
    return this.api.tagged(`reports/${encodeURIComponent(id)}`);
  }

  create(report: ReportChanges): Promise<SavedReport> {
    return this.api.post('reports', report);
  }

  /** Changes over the version that was read, else 412. */
  update(id: string, changes: ReportChanges, tag: string | null): Promise<SavedReport> {
    return this.api.patch(`reports/${id}`, changes, tag);
  }

  remove(id: string): Promise<void> {
    return this.api.remove(`reports/${id}`);
  }

  async versions(id: string): Promise<readonly VersionSummary[]> {
    return (await this.api.get<Page<VersionSummary>>(`reports/${id}/versions`, { limit: String(MOST) })).items;
  }

  /** A version, and what differs from another one to it. */
  version(id: string, version: number, against: number | null): Promise<ReportVersion> {
    return this.api.get(`reports/${id}/versions/${String(version)}`, against === null ? {} : { against: String(against) });
  }

  restore(id: string, version: number): Promise<SavedReport> {
    return this.api.post(`reports/${id}/versions/${String(version)}/restore`, {});
  }

  async shares({ path, id }: Shareable): Promise<readonly NamedShare[]> {
    return (await this.api.get<{ readonly shares: readonly NamedShare[] }>(`${path}/${id}/shares`)).shares;
  }

  /** Roles that can be shared with. */
  async audience(): Promise<readonly AudienceRole[]> {
    return (await this.api.get<{ readonly roles: readonly AudienceRole[] }>('report-audience')).roles;
  }

  /** Shared with these and nobody else from now on. */
  async share({ path, id }: Shareable, shares: readonly Share[]): Promise<void> {
    await this.api.put(`${path}/${id}/shares`, { shares });
  }

  /** One's tokens in force that show a report in pages of others. */
  async embeds(id: string): Promise<readonly EmbedToken[]> {
    return (await this.api.get<Page<EmbedToken>>('embed-tokens', { report_id: id })).items;
  }

  /** Issues one; the token itself is shown this once. */
  embed(id: string, request: EmbedRequest): Promise<EmbedToken & { readonly token: string }> {
    return this.api.post(`reports/${id}/embed-tokens`, request);
  }

  revokeEmbed(id: string): Promise<void> {
    return this.api.remove(`embed-tokens/${id}`);
  }

  async folders(): Promise<readonly ReportFolder[]> {
    return (await this.api.get<Page<ReportFolder>>('report-folders')).items;
  }

  createFolder(folder: { readonly name: string; readonly name_ar: string | null; readonly parent_id: string | null }): Promise<ReportFolder> {
    return this.api.post('report-folders', folder);
  }

  updateFolder(id: string, changes: FolderChanges): Promise<ReportFolder> {
    return this.api.patch(`report-folders/${id}`, changes);
  }

  removeFolder(id: string): Promise<void> {
    return this.api.remove(`report-folders/${id}`);
  }
}
