<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin;

use Hookwright\WordPress\Plugin;
use Hookwright\WordPress\Site;

/** The plugin's part of wp-admin: its menu, its screens, their style and script, the notice of a problem. */
final class Screens
{
    /** Options of screens: how many rows a page has. */
    private const PER_PAGE = [
        Webhooks\WebhookTable::PER_PAGE,
        Deliveries\DeliveryTable::PER_PAGE,
        Topics\TopicTable::PER_PAGE,
    ];

    /** The icon of the menu: a hook. WordPress paints what is filled in the colours of the user's scheme. */
    private const ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><path fill="black" fill-rule="evenodd" '
        . 'd="M13 1a3 3 0 1 0 0 6 3 3 0 0 0 0-6zm0 2a1 1 0 1 1 0 2 1 1 0 0 1 0-2z"/><path fill="black" '
        . 'd="M12 6.5h2V13a5.5 5.5 0 0 1-11 0V9l5 3.6-1.2 1.6L5 12.9V13a3.5 3.5 0 0 0 7 0z"/></svg>';

    /** The menu's entry for a new webhook is an address of the first screen. */
    private const NEW_WEBHOOK = 'admin.php?page=' . Link::WEBHOOKS . '&action=new';

    /** @var array<string, Screen> by WordPress's name of the screen */
    private array $screens = [];

    private function __construct(private readonly Site $site)
    {
    }

    /** Adds the hooks of wp-admin; called once, where `is_admin()`. */
    public static function register(Site $site): void
    {
        $screens = new self($site);
        add_action('admin_menu', $screens->addMenu(...));
        add_action('admin_enqueue_scripts', $screens->enqueue(...));
        add_action('admin_notices', $screens->showProblem(...));
        add_filter('submenu_file', static fn ($entry) => Input::query()->text('page') === Link::WEBHOOKS
            && Input::query()->text('action') === 'new' ? self::NEW_WEBHOOK : $entry);
        add_filter('plugin_action_links_' . plugin_basename(self::mainFile()), static fn (array $links) => Access::isAllowed()
            ? ['webhooks' => Markup::link(Link::to(Link::WEBHOOKS), __('Webhooks', 'hookwright'))] + $links
            : $links);
        add_filter('default_hidden_columns', $screens->hideColumns(...), 10, 2);
        add_action('wp_ajax_hookwright_topic', (new Topics\SampleAnswer($site))->answer(...));
        foreach (self::PER_PAGE as $option) {
            add_filter(
                "set_screen_option_{$option}",
                static fn ($kept, $name, $value) => max(1, min(Table::MOST_ROWS, (int) $value)),
                10,
                3,
            );
        }
    }

    private function addMenu(): void
    {
        $webhooks = new Webhooks\WebhooksScreen($this->site);
        // One closure for both entries of the first screen: WordPress would call two of them.
        $showWebhooks = $webhooks->show(...);
        add_menu_page(
            $webhooks->name(),
            __('Webhooks', 'hookwright'),
            Site::CAPABILITY,
            $webhooks->page(),
            $showWebhooks,
            'data:image/svg+xml;base64,' . base64_encode(self::ICON),
            76,
        );
        $screens = [
            $webhooks,
            new Deliveries\DeliveriesScreen($this->site),
            new Topics\TopicsScreen($this->site),
            new Settings\SettingsScreen($this->site),
        ];
        foreach ($screens as $place => $screen) {
            if ($place === 1) {
                add_submenu_page(Link::WEBHOOKS, '', __('Add New', 'hookwright'), Site::CAPABILITY, self::NEW_WEBHOOK);
            }
            $hook = add_submenu_page(
                Link::WEBHOOKS,
                $screen->name(),
                $screen->name(),
                Site::CAPABILITY,
                $screen->page(),
                $screen === $webhooks ? $showWebhooks : $screen->show(...),
            );
            if ($hook !== false) {
                $this->screens[$hook] = $screen;
                add_action("load-{$hook}", $screen->load(...));
            }
        }
    }

    /**
     * Columns that a user sees only after asking for them in the screen's options.
     *
     * @param list<string> $hidden
     *
     * @return list<string>
     */
    private function hideColumns(array $hidden, \WP_Screen $screen): array
    {
        return ($this->screens[$screen->id] ?? null) instanceof Webhooks\WebhooksScreen ? [...$hidden, 'integration'] : $hidden;
    }

    private function enqueue(string $hook): void
    {
        if (!isset($this->screens[$hook])) {
            return;
        }
        $assets = plugins_url('assets/', self::mainFile());
        wp_enqueue_style('hookwright-admin', "{$assets}admin.css", [], Plugin::VERSION);
        wp_style_add_data('hookwright-admin', 'rtl', false);
        wp_enqueue_script('hookwright-admin', "{$assets}admin.js", [], Plugin::VERSION, true);
        wp_localize_script('hookwright-admin', 'hookwrightAdmin', [
            'ajax' => admin_url('admin-ajax.php'),
            'nonce' => wp_create_nonce(Topics\SampleAnswer::NONCE),
            'words' => [
                'copied' => __('Copied', 'hookwright'),
                'copy' => __('Copy', 'hookwright'),
                'remove' => __('Remove', 'hookwright'),
                /* translators: %d: a number of topics */
                'found' => __('%d found', 'hookwright'),
                'none' => __('Nothing chosen yet', 'hookwright'),
                'deleteMany' => __('Delete the chosen webhooks? What waits to be sent to them is cancelled.', 'hookwright'),
                'leave' => __('What you changed is not saved.', 'hookwright'),
            ],
        ]);
    }

    private static function mainFile(): string
    {
        return dirname(__DIR__, 2) . '/hookwright.php';
    }

    /** On our own screens, on the dashboard and among the plugins: where an administrator looks. */
    private function showProblem(): void
    {
        $screen = get_current_screen()?->id ?? '';
        if (!Access::isAllowed() || !(isset($this->screens[$screen]) || in_array($screen, ['dashboard', 'plugins'], true))) {
            return;
        }
        $problem = $this->site->problem();
        if ($problem !== null) {
            Markup::notice('error', sprintf(
                '<strong>%s</strong> %s <a href="%s">%s</a>',
                esc_html__('Webhooks are not sent from this site now.', 'hookwright'),
                Markup::prose($problem),
                esc_url(Link::to(Link::SETTINGS)),
                esc_html__('Status', 'hookwright'),
            ), false);
        }
    }
}
