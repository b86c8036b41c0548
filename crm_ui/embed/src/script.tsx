import { createRoot, type Root } from 'react-dom/client';
import { CrmReport } from './crm-report';
import type { CrmReportProps } from './report.props';

// Where this script comes from, there the API is.
const own = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : '';

/** `<crm-report token="…">`: a report in a plain page, in a shadow root of its own so that the page's styles and the report's leave each other alone. */
class CrmReportElement extends HTMLElement {
  static readonly observedAttributes = ['token', 'locale', 'theme', 'api-url', 'refresh'];
  private root: Root | null = null;

  connectedCallback(): void {
    this.root ??= createRoot(this.shadowRoot ?? this.attachShadow({ mode: 'open' }));
    this.draw();
  }

  disconnectedCallback(): void {
    this.root?.unmount();
    this.root = null;
  }

  attributeChangedCallback(): void {
    this.draw();
  }

  private draw(): void {
    const token = this.getAttribute('token') ?? '';
    const [locale, theme, refresh] = [this.getAttribute('locale'), this.getAttribute('theme'), Number(this.getAttribute('refresh') ?? 0)];
    const props: CrmReportProps = {
      token, apiUrl: this.getAttribute('api-url') ?? (own ? new URL('/crm/v1', own).href : '/crm/v1'),
      ...(locale === 'en' || locale === 'ar' ? { locale } : {}), ...(theme === 'light' || theme === 'dark' ? { theme } : {}), ...(refresh > 0 ? { refresh } : {}),
      onExpired: () => { this.tell('expired'); }, onError: (problem) => { this.tell('error', problem); }, onLoaded: () => { this.tell('loaded'); },
    };
    this.root?.render(token ? <CrmReport {...props} /> : null);
  }

  private tell(what: 'expired' | 'error' | 'loaded', detail: unknown = null): void {
    this.dispatchEvent(new CustomEvent(`crm-report-${what}`, { bubbles: true, composed: true, detail }));
  }
}

/** `<div data-crm-report="…">` is the same for pages whose tools allow no elements of other names. */
function mount(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-crm-report]:not(:has(> crm-report))')) {
    const report = document.createElement('crm-report');
    const { crmReport: token, locale, theme, apiUrl, refresh } = place.dataset;
    for (const [name, value] of Object.entries({ token, locale, theme, 'api-url': apiUrl, refresh })) if (value) report.setAttribute(name, value);
    place.replaceChildren(report);
  }
}

if (!customElements.get('crm-report')) customElements.define('crm-report', CrmReportElement);
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', mount);
else mount();
