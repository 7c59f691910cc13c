<?php

declare(strict_types=1);

namespace Hookwright\WordPress;

use Hookwright\Exception\HookwrightException;

/** A test among those of *Tools, Site Health*: whether webhooks can be sent, and whether somebody sends them. */
final class SiteHealth
{
    /** What has been due for so long waits for nobody who is coming. */
    private const LATE_MILLISECONDS = 600_000;

    public static function register(Site $site): void
    {
        add_filter('site_status_tests', static function ($tests) use ($site) {
            $tests = is_array($tests) ? $tests : [];
            $tests['direct']['hookwright'] = [
                'label' => __('Webhooks are sent', 'hookwright'),
                'test' => static fn (): array => self::result($site),
            ];

            return $tests;
        });
    }

    /** @return array<string, mixed> as Site Health wants it */
    private static function result(Site $site): array
    {
        try {
            $counts = $site->hookwright()->lifecycle->stats();
        } catch (HookwrightException $error) {
            return self::told('critical', __('Webhooks cannot be sent from this site', 'hookwright'), $error->getMessage());
        }
        if ($counts->stopped !== null) {
            return self::told('critical', __('Sending of webhooks is stopped', 'hookwright'), $counts->stopped->reason);
        }
        if ($counts->oldestDue !== null && time() * 1000 - $counts->oldestDue > self::LATE_MILLISECONDS) {
            return self::told('recommended', __('Webhooks wait to be sent', 'hookwright'), sprintf(
                /* translators: %s: a time span, such as "2 hours" */
                __('The oldest has been due for %s. WP-Cron does not run, or the worker that the settings name does not.', 'hookwright'),
                human_time_diff(intdiv($counts->oldestDue, 1000)),
            ));
        }
        if ($site->failures() !== []) {
            return self::told('recommended', __('Some events could not be stored as webhooks', 'hookwright'), $site->failures()[0]['message']);
        }

        return self::told('good', __('Webhooks are sent', 'hookwright'), __('Nothing waits for longer than it should.', 'hookwright'));
    }

    /** @return array<string, mixed> */
    private static function told(string $status, string $label, string $description): array
    {
        return [
            'label' => $label,
            'status' => $status,
            'badge' => ['label' => __('Webhooks', 'hookwright'), 'color' => 'blue'],
            'description' => '<p>' . esc_html($description) . '</p>',
            'actions' => '',
            'test' => 'hookwright',
        ];
    }
}
