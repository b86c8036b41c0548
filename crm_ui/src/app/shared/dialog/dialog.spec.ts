import { ANIMATION_MODULE_TYPE, ApplicationRef } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { MatDialog } from '@angular/material/dialog';
import { testProviders, useLanguage } from '@testing/setup';
import { RecordPanelService } from '../record/panel.service';
import { ConfirmService } from './confirm.service';
import { NoticeService } from './notice.service';

/** Waits until something is drawn, with a deadline. */
async function until<T>(look: () => T | null | undefined): Promise<T> {
  for (let turn = 0; turn < 300; turn += 1) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not appear');
}

describe('dialogs', () => {
  beforeEach(async () => {
    // Dialogs move in here as they do in the product.
    TestBed.configureTestingModule({ providers: [...testProviders(), { provide: ANIMATION_MODULE_TYPE, useValue: 'BrowserAnimations' }] });
    await useLanguage('en');
  });

  const buttons = (selector: string): HTMLButtonElement[] => [...document.querySelectorAll<HTMLButtonElement>(selector)];

  it('asks and tells the answer', async () => {
    const service = TestBed.inject(ConfirmService);
    const yes = service.ask({ title: 'Delete it?', text: 'It is gone then.', action: 'Delete', danger: true });
    const agree = await until(() => buttons('crm-confirm button').find((button) => button.textContent?.trim() === 'Delete'));
    expect(agree.textContent?.trim()).toBe('Delete');
    expect(document.querySelector('[role=alertdialog]')?.getAttribute('aria-labelledby')).toBe('crm-confirm-title');
    agree.click();
    expect(await yes).toBeTrue();
    await until(() => buttons('crm-confirm button').length === 0);
    const no = service.ask({ title: 'Delete it?', text: '', action: 'Delete' });
    (await until(() => buttons('crm-confirm button')[0])).click();
    expect(await no).toBeFalse();
  });

  it('takes what is typed at once into the first field, before the panel has finished moving in', async () => {
    const saved = TestBed.inject(RecordPanelService).open({ title: 'New tag', action: 'Create', fields: [{ name: 'name', label: 'Name', kind: 'text' }], values: { name: null }, save: () => Promise.resolve(null) });
    await TestBed.inject(ApplicationRef).whenStable();
    expect(document.activeElement).toBe(document.querySelector('crm-record-form .fields input'));
    TestBed.inject(MatDialog).closeAll();
    expect(await saved).toBeUndefined();
  });

  it('offers to undo', async () => {
    const undone = TestBed.inject(NoticeService).undoable('Deal deleted');
    const undo = await until(() => buttons('mat-snack-bar-container button')[0]);
    expect(undo.textContent?.trim()).toBe('Undo');
    undo.click();
    expect(await undone).toBeTrue();
  });

  it('tells success and failure with the cure', async () => {
    const service = TestBed.inject(NoticeService);
    service.say('Saved');
    await until(() => (document.querySelector('mat-snack-bar-container')?.textContent?.includes('Saved') ? true : null));
    service.fail({ status: 0, code: 'network', title: '', detail: '', errors: [] });
    await until(() => (document.body.textContent?.includes('No connection – The server did not answer') ? true : null));
    expect(document.body.textContent).toContain('No connection');
  });
});
