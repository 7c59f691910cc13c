<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Settings;

use Hookwright\Deliveries\State;
use Hookwright\Exception\HookwrightException;
use Hookwright\Lifecycle\Count;
use Hookwright\Lifecycle\Counts;
use Hookwright\Registry\Status;
use Hookwright\WordPress\Admin\Link;
use Hookwright\WordPress\Admin\Markup;
use Hookwright\WordPress\Admin\Moment;
use Hookwright\WordPress\Admin\Words;
use Hookwright\WordPress\DeliveryMode;
use Hookwright\WordPress\Plugin;
use Hookwright\WordPress\Site;
use Hookwright\WordPress\Waiting;

/** How sending goes on this site, the switch that stops it, and what could not be stored. */
final class StatusPanel
{
    /** What is due and waits longer than this shows that nobody sends. */
    private const LATE = 600_000;

    public function __construct(private readonly Site $site)
    {
    }

    public function write(): void
    {
        try {
            $counts = $this->site->hookwright()->lifecycle->stats();
        } catch (HookwrightException) {
            // The notice above says why.
            $counts = null;
        }
        if ($counts !== null) {
            $this->writeSending($counts);
            $this->writeNumbers($counts);
        }
        $this->writeFailures();
        $this->writeSurroundings();
    }

    private function writeSending(Counts $counts): void
    {
        Markup::openBox(__('Sending', 'hookwright'));
        $here = Link::to(Link::SETTINGS);
        if ($counts->stopped !== null) {
            echo '<p>', Markup::badge('bad', __('Stopped', 'hookwright')), ' ', esc_html($counts->stopped->reason), ' ',
                Moment::show($counts->stopped->since), '</p><p>',
                esc_html__('Events are stored and held; nothing is sent. If this is a copy of another site, leave it so, or delete its webhooks first.', 'hookwright'),
                '</p>',
                Markup::button(
                    add_query_arg('action', 'resume', $here),
                    SettingsScreen::RESUME,
                    __('Go on sending', 'hookwright'),
                    'button-primary',
                    __('Go on sending? What is held goes out at once.', 'hookwright'),
                );
        } else {
            $isLate = $counts->oldestDue !== null && Moment::now() - $counts->oldestDue > self::LATE;
            echo '<p>', $isLate ? Markup::badge('warn', __('Late', 'hookwright')) : Markup::badge('good', __('In order', 'hookwright')), ' ';
            if ($counts->oldestDue === null) {
                esc_html_e('Nothing waits to be sent now.', 'hookwright');
            } else {
                /* translators: %s: a time, as "5 minutes ago" */
                printf(esc_html__('The oldest that is due and not sent: %s.', 'hookwright'), Moment::show($counts->oldestDue));
            }
            echo '</p>';
            if ($isLate) {
                echo '<p>', esc_html($this->whyLate()), '</p>';
            }
            printf(
                '<form method="post" action="%s" data-confirm="%s">',
                esc_url(add_query_arg('action', 'stop', $here)),
                esc_attr__('Stop sending? Events are stored and held until you go on.', 'hookwright'),
            );
            wp_nonce_field(SettingsScreen::STOP);
            printf(
                '<p><label for="hookwright-reason">%s</label><br><input type="text" id="hookwright-reason" name="reason" '
                . 'class="regular-text" maxlength="200" placeholder="%s"> <button class="button">%s</button></p></form>',
                esc_html__('Why (people see it)', 'hookwright'),
                esc_attr__('Maintenance', 'hookwright'),
                esc_html__('Stop all sending', 'hookwright'),
            );
        }
        Markup::closeBox();
    }

    private function whyLate(): string
    {
        return match (true) {
            $this->site->settings()->delivery === DeliveryMode::Worker => __(
                'Is the process that sends running? See “Who sends” in the settings.',
                'hookwright',
            ),
            defined('DISABLE_WP_CRON') && DISABLE_WP_CRON => __(
                'WP-Cron is switched off in wp-config.php (DISABLE_WP_CRON). Is wp-cron.php called from the server’s cron every minute?',
                'hookwright',
            ),
            default => __('WP-Cron runs when somebody visits the site. On a quiet site, call wp-cron.php from the server’s cron every minute.', 'hookwright'),
        };
    }

    private function writeNumbers(Counts $counts): void
    {
        Markup::openBox(__('Numbers', 'hookwright'));
        echo '<table class="hookwright-facts"><tbody>';
        $this->writeRow(__('Webhooks', 'hookwright'), $counts->webhooks, static fn (string $name) => Markup::link(
            Link::to(Link::WEBHOOKS, ['status' => $name]),
            ($status = Status::tryFrom($name)) === null ? $name : Words::status($status),
        ));
        $this->writeRow(__('Deliveries', 'hookwright'), $counts->deliveries, static fn (string $name) => Markup::link(
            Link::to(Link::DELIVERIES, ['state' => $name]),
            ($state = State::tryFrom($name)) === null ? $name : Words::state($state),
        ));
        echo '</tbody></table>';
        Markup::closeBox();
    }

    /**
     * @param list<Count>              $counts
     * @param callable(string): string $link   markup for a state
     */
    private function writeRow(string $title, array $counts, callable $link): void
    {
        $parts = array_map(
            static fn (Count $count) => '<span class="hookwright-number">' . $link($count->name) . ' <strong>'
                . esc_html(number_format_i18n($count->count)) . '</strong></span>',
            $counts,
        );
        printf('<tr><th scope="row">%s</th><td>%s</td></tr>', esc_html($title), implode(' ', $parts));
    }

    private function writeFailures(): void
    {
        $failures = $this->site->failures();
        if ($failures === []) {
            return;
        }
        Markup::openBox(__('Events that could not be stored', 'hookwright'), 'hookwright-failures');
        echo '<p>', esc_html__('They are lost for webhooks; the site itself went on. The newest:', 'hookwright'), '</p>',
            '<table class="widefat striped"><thead><tr><th>', esc_html__('When', 'hookwright'), '</th><th>',
            esc_html__('Topic', 'hookwright'), '</th><th>', esc_html__('Why', 'hookwright'), '</th></tr></thead><tbody>';
        foreach ($failures as $failure) {
            printf(
                '<tr><td>%s</td><td><code>%s</code></td><td>%s</td></tr>',
                Moment::show((int) ($failure['time'] ?? 0) * 1000),
                esc_html((string) ($failure['topic'] ?? '')),
                esc_html((string) ($failure['message'] ?? '')),
            );
        }
        echo '</tbody></table><p>', Markup::button(
            Link::to(Link::SETTINGS, ['action' => 'forget']),
            SettingsScreen::FORGET,
            __('I have seen them: clear the list', 'hookwright'),
        ), '</p>';
        Markup::closeBox();
    }

    private function writeSurroundings(): void
    {
        $settings = $this->site->settings();
        $next = wp_next_scheduled('hookwright_deliver');
        $facts = [
            __('Plugin', 'hookwright') => Plugin::VERSION,
            __('PHP', 'hookwright') => PHP_VERSION . ' (' . PHP_SAPI . ')',
            __('How PHP reaches the webhooks’ logic', 'hookwright') => $settings->endpoint === null
                ? sprintf('FFI, ffi.enable=%s', (string) ini_get('ffi.enable'))
                : $settings->endpoint,
            __('Who sends', 'hookwright') => match ($settings->delivery) {
                DeliveryMode::Auto => __('PHP after the page, and WP-Cron', 'hookwright'),
                DeliveryMode::Cron => __('WP-Cron', 'hookwright'),
                DeliveryMode::Worker => __('a process of its own', 'hookwright'),
            },
            __('WP-Cron looks next', 'hookwright') => $next === false ? __('never', 'hookwright') : Moment::relative($next * 1000),
        ];
        $waiting = Waiting::count();
        if ($waiting > 0) {
            $facts[__('Events that wait until PHP can store them', 'hookwright')] = number_format_i18n($waiting);
        }
        Markup::openBox(__('This site', 'hookwright'));
        echo '<table class="hookwright-facts"><tbody>';
        foreach ($facts as $what => $text) {
            printf('<tr><th scope="row">%s</th><td>%s</td></tr>', esc_html($what), esc_html($text));
        }
        echo '</tbody></table>';
        Markup::closeBox();
    }
}
