import {
  Activity, ArrowDown, ArrowDownRight, ArrowLeft, ArrowRight, ArrowUp, ArrowUpRight, BadgeCheck, Bell, Briefcase, Building2, Calendar, ChartBar,
  ChartColumn, ChartLine, Check, ChevronDown, ChevronLeft, ChevronRight, ChevronUp, ChevronsLeft, ChevronsUpDown, CircleAlert, CircleCheck, CircleHelp,
  CircleMinus, CircleX, Clock, Columns3, Copy, CornerDownLeft, DollarSign, Download, Ellipsis, EllipsisVertical, ExternalLink, Eye, FileSpreadsheet, FileText, Filter, Flag, Folder,
  Gauge, Globe, GripVertical, Handshake, History, House, Inbox, Info, Keyboard, KeyRound, Languages, LayoutList, Link, List, LoaderCircle, Lock, LogOut, Mail, Maximize, Megaphone, Menu, Merge, Minimize, Minus, Monitor, Moon, Network, Pause, Play,
  Package, Pencil, Phone, Plus, Receipt, Redo2, RefreshCw, Rows3, Rows4, ScrollText, Search, Send, Settings, Share2, Shield, ShieldAlert, ShieldCheck, SlidersHorizontal, Sparkles, Sun, Table, Tag, Target, Trash2, TrendingDown,
  TrendingUp, TriangleAlert, ToggleRight, Undo2, Upload, User, UserPlus, Users, UserX, Webhook, WifiOff, Workflow, X, Zap,
} from 'lucide-angular';
import type { LucideIconData } from 'lucide-angular';

/** The icons of the product; add one here before using its name. Names are those of lucide.dev. */
export const ICONS = {
  activity: Activity, 'arrow-down': ArrowDown, 'arrow-down-right': ArrowDownRight, 'arrow-left': ArrowLeft, 'arrow-right': ArrowRight, 'arrow-up': ArrowUp,
  'arrow-up-right': ArrowUpRight, 'badge-check': BadgeCheck, bell: Bell, briefcase: Briefcase, building: Building2, calendar: Calendar, 'chart-bar': ChartBar,
  'chart-column': ChartColumn, 'chart-line': ChartLine, check: Check, 'chevron-down': ChevronDown, 'chevron-left': ChevronLeft, 'chevron-right': ChevronRight,
  'chevron-up': ChevronUp, 'chevrons-left': ChevronsLeft, 'chevrons-up-down': ChevronsUpDown, 'circle-alert': CircleAlert, 'circle-check': CircleCheck,
  'circle-help': CircleHelp, 'circle-minus': CircleMinus, 'circle-x': CircleX, clock: Clock, columns: Columns3, copy: Copy, enter: CornerDownLeft, dollar: DollarSign,
  download: Download, ellipsis: Ellipsis, 'ellipsis-vertical': EllipsisVertical, external: ExternalLink, eye: Eye, 'file-spreadsheet': FileSpreadsheet, 'file-text': FileText,
  filter: Filter, flag: Flag, folder: Folder, gauge: Gauge, globe: Globe, grip: GripVertical, handshake: Handshake, history: History, house: House, inbox: Inbox, info: Info, key: KeyRound, keyboard: Keyboard,
  languages: Languages, 'layout-list': LayoutList, link: Link, list: List, loader: LoaderCircle, lock: Lock, 'log-out': LogOut, mail: Mail, maximize: Maximize, minimize: Minimize, megaphone: Megaphone, menu: Menu, merge: Merge, minus: Minus,
  monitor: Monitor, moon: Moon, network: Network, package: Package, pencil: Pencil, phone: Phone, plus: Plus, receipt: Receipt, redo: Redo2, refresh: RefreshCw, rows: Rows3, 'rows-dense': Rows4,
  pause: Pause, play: Play, scroll: ScrollText, search: Search, send: Send, settings: Settings, share: Share2, shield: Shield, 'shield-alert': ShieldAlert, 'shield-check': ShieldCheck, sliders: SlidersHorizontal, sparkles: Sparkles, sun: Sun, table: Table, tag: Tag, target: Target, trash: Trash2,
  'trending-down': TrendingDown, 'trending-up': TrendingUp, toggle: ToggleRight, 'triangle-alert': TriangleAlert, undo: Undo2, upload: Upload, user: User, 'user-plus': UserPlus, 'user-x': UserX, users: Users, webhook: Webhook, 'wifi-off': WifiOff,
  workflow: Workflow, x: X, zap: Zap,
} satisfies Record<string, LucideIconData>;

/** The name of an icon. */
export type IconName = keyof typeof ICONS;
/** Icons that point along the line of reading and so turn around in right-to-left. */
export const DIRECTIONAL: ReadonlySet<IconName> = new Set(['arrow-left', 'arrow-right', 'arrow-down-right', 'arrow-up-right', 'chevron-left', 'chevron-right', 'chevrons-left', 'trending-up', 'trending-down', 'log-out', 'undo', 'redo', 'enter', 'list', 'layout-list', 'external', 'chart-line']);
