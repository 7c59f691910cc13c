<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Settings;

use Hookwright\WordPress\Admin\Access;
use Hookwright\WordPress\Admin\Fields;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\DeliveryMode;

/** The settings, in tables as WordPress's own. */
final class SettingsForm
{
    public const NONCE = 'hookwright-settings';

    /** Fields that have a row, by the component's names where it has one. */
    private const ROWS = [
        'keep-payloads-ms', 'keep-attempts-ms', 'disable-after-ms', 'request-timeout-ms', 'retry-schedule-ms', 'allow-addresses',
        'allow-ports', 'user-agent', 'endpoint',
    ];

    public function __construct(private readonly SettingsDraft $draft, private readonly Fields $fields)
    {
    }

    public function write(): void
    {
        $this->fields->notice(...self::ROWS);
        printf('<form method="post" action="%s" data-guard>', esc_url(Link::to(Link::SETTINGS, ['tab' => 'settings'])));
        wp_nonce_field(self::NONCE);
        $this->section(__('What is told', 'hookwright'), $this->writeContent(...));
        $this->section(__('Sending', 'hookwright'), $this->writeSending(...));
        if (Access::mayReachInside()) {
            $this->section(__('Where to', 'hookwright'), $this->writeReceivers(...));
        }
        $this->section(__('What is kept', 'hookwright'), $this->writeRetention(...));
        if (Access::mayReachInside()) {
            $this->section(__('Without FFI', 'hookwright'), $this->writeEndpoint(...));
        }
        submit_button();
        echo '</form>';
    }

    /** @param callable(): void $rows */
    private function section(string $title, callable $rows): void
    {
        printf('<h2 class="title">%s</h2><table class="form-table" role="presentation">', esc_html($title));
        $rows();
        echo '</table>';
    }

    private function writeContent(): void
    {
        $settings = $this->draft->settings;
        $this->fields->open('content', __('Personal data', 'hookwright'), null);
        $this->checkbox('email_addresses', __('E-mail addresses of users and commenters', 'hookwright'), $settings->emailAddresses);
        $this->checkbox('ip_addresses', __('IP addresses of commenters', 'hookwright'), $settings->ipAddresses);
        $this->fields->close('content', __('Left out of the events of WordPress unless you choose them. Receivers get them with every event that has them. Orders and customers of a shop always have theirs.', 'hookwright'));
        $this->fields->open('posts', __('Posts', 'hookwright'), null);
        $this->checkbox('post_content', __('The whole content, not only the excerpt', 'hookwright'), $settings->postContent);
        $this->radio('which_types', 'all', __('All public types of posts', 'hookwright'), $settings->postTypes === null);
        $this->radio('which_types', 'some', __('Only these:', 'hookwright'), $settings->postTypes !== null);
        echo '<div class="hookwright-indent">';
        foreach (get_post_types(['show_ui' => true], 'objects') as $type) {
            $this->checkbox(
                'post_types[]',
                $type->labels->name,
                in_array($type->name, $settings->postTypes ?? [], true),
                $type->name,
            );
        }
        echo '</div>';
        $this->fields->close('posts');
        $this->fields->longText(
            'options',
            __('Options', 'hookwright'),
            'option_values',
            implode("\n", $settings->optionValues),
            __('Options of the site whose changes are told, one in a line.', 'hookwright'),
            ['class' => 'regular-text code', 'rows' => '5', 'dir' => 'ltr', 'spellcheck' => 'false'],
        );
    }

    private function writeSending(): void
    {
        $chosen = $this->draft->settings->delivery;
        $this->fields->open('delivery', __('Who sends', 'hookwright'), null);
        $modes = [
            DeliveryMode::Auto->value => __('PHP, when the visitor has the page, and WP-Cron (recommended)', 'hookwright'),
            DeliveryMode::Cron->value => __('WP-Cron only', 'hookwright'),
            DeliveryMode::Worker->value => __('A process of its own', 'hookwright'),
        ];
        foreach ($modes as $value => $text) {
            $this->radio('delivery', $value, $text, $value === $chosen->value);
        }
        $this->fields->close(
            'delivery',
            __('For a process of its own, run <code>wp hookwright deliver --watch</code> under systemd or a supervisor.', 'hookwright'),
        );
        $this->days('disable-after-ms', __('Disable a webhook after', 'hookwright'), 'disable_after', __('days of nothing but failures. Empty: 5.', 'hookwright'));
        $this->fields->text(
            'retry-schedule-ms',
            __('Tries', 'hookwright'),
            'retries',
            $this->draft->text('retries'),
            __('How long to wait before each try: <code>0s, 5s, 5m, 2h, 1d</code>. Empty: ten tries over three days.', 'hookwright'),
            ['class' => 'large-text code', 'dir' => 'ltr'],
        );
        $this->fields->text(
            'request-timeout-ms',
            __('Time limit in seconds', 'hookwright'),
            'timeout',
            $this->draft->text('timeout'),
            __('From 1 to 120, for one request. Empty: 20.', 'hookwright'),
            ['class' => 'small-text', 'inputmode' => 'decimal'],
        );
        $this->fields->text('user-agent', __('User agent', 'hookwright'), 'user_agent', $this->draft->text('user_agent'), '', ['dir' => 'ltr']);
    }

    private function writeReceivers(): void
    {
        $this->fields->open('allow-http', __('Plain http', 'hookwright'), null);
        $this->checkbox('allow_http', __('Allow URLs that begin with http://', 'hookwright'), $this->draft->text('allow_http') !== '');
        $this->fields->close('allow-http', __('Everybody on the way can read such requests. For development only.', 'hookwright'));
        $this->fields->text(
            'allow-addresses',
            __('Addresses in your own network', 'hookwright'),
            'allow_addresses',
            $this->draft->text('allow_addresses'),
            __('Private and local addresses are never called, but for these: networks as <code>10.0.0.0/8</code>, <code>loopback</code>, <code>private</code>, with commas.', 'hookwright'),
            ['class' => 'regular-text code', 'dir' => 'ltr'],
        );
        $this->fields->text(
            'allow-ports',
            __('Only these ports', 'hookwright'),
            'allow_ports',
            $this->draft->text('allow_ports'),
            __('With commas. Empty: all.', 'hookwright'),
            ['class' => 'regular-text code', 'dir' => 'ltr'],
        );
    }

    private function writeRetention(): void
    {
        $this->days('keep-payloads-ms', __('Payloads', 'hookwright'), 'keep_payloads', __('days. Empty: 30. 0: for ever.', 'hookwright'));
        $this->days('keep-attempts-ms', __('Attempts', 'hookwright'), 'keep_attempts', __('days. Empty: 30. 0: for ever.', 'hookwright'));
        $this->fields->open('delete-data', __('Removing the plugin', 'hookwright'), null);
        $this->checkbox('delete_data', __('Remove webhooks and log with it', 'hookwright'), $this->draft->settings->deleteData);
        $this->fields->close('delete-data');
    }

    private function writeEndpoint(): void
    {
        $this->fields->text(
            'endpoint',
            __('Address of hookwright serve', 'hookwright'),
            'endpoint',
            (string) $this->draft->settings->endpoint,
            __('Where PHP may not load a library (no FFI), a process beside it does the work. Empty: PHP does it.', 'hookwright'),
            ['class' => 'regular-text code', 'dir' => 'ltr', 'placeholder' => 'http://127.0.0.1:8750'],
        );
        $this->fields->text(
            'token',
            __('Its token', 'hookwright'),
            'token',
            '',
            $this->draft->hasToken() ? __('One is stored. Write another one to replace it.', 'hookwright') : '',
            ['type' => 'password', 'autocomplete' => 'new-password', 'dir' => 'ltr'],
        );
    }

    private function days(string $field, string $label, string $name, string $unit): void
    {
        $id = "hookwright-{$field}";
        $this->fields->open($field, $label, $id);
        printf(
            '<input type="text" inputmode="decimal" class="small-text" id="%1$s" name="%2$s" value="%3$s"%4$s> '
            . '<span id="%1$s-unit">%5$s</span>',
            esc_attr($id),
            esc_attr($name),
            esc_attr($this->draft->text($name)),
            $this->fields->isWrong($field) ? sprintf(' aria-invalid="true" aria-describedby="%s-problem"', esc_attr($id)) : '',
            esc_html($unit),
        );
        $this->fields->close($field);
    }

    private function checkbox(string $name, string $text, bool $isChecked, string $value = '1'): void
    {
        printf(
            '<label><input type="checkbox" name="%s" value="%s"%s> %s</label><br>',
            esc_attr($name),
            esc_attr($value),
            checked($isChecked, true, false),
            esc_html($text),
        );
    }

    private function radio(string $name, string $value, string $text, bool $isChecked): void
    {
        printf(
            '<label><input type="radio" name="%s" value="%s"%s> %s</label><br>',
            esc_attr($name),
            esc_attr($value),
            checked($isChecked, true, false),
            esc_html($text),
        );
    }
}
