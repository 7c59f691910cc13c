<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin;

/** Times for people, from unix milliseconds, in the site's time zone, format and language. */
final class Moment
{
    private const A_DAY = 86_400_000;

    /** Markup: how long ago or ahead when it is near, else date and time; the whole of it on hovering. */
    public static function show(?int $milliseconds): string
    {
        if ($milliseconds === null) {
            return '<span aria-hidden="true">—</span><span class="screen-reader-text">'
                . esc_html__('never', 'hookwright') . '</span>';
        }
        $exact = self::exact($milliseconds);
        $distance = self::now() - $milliseconds;

        return sprintf(
            '<time datetime="%s" title="%s">%s</time>',
            esc_attr(gmdate('c', intdiv($milliseconds, 1000))),
            esc_attr($exact),
            esc_html(abs($distance) < self::A_DAY ? self::relative($milliseconds) : $exact),
        );
    }

    /** Markup: date and time, and how long ago in brackets. */
    public static function showBoth(int $milliseconds): string
    {
        return sprintf(
            '<time datetime="%s">%s</time> <span class="hookwright-quiet">(%s)</span>',
            esc_attr(gmdate('c', intdiv($milliseconds, 1000))),
            esc_html(self::exact($milliseconds)),
            esc_html(self::relative($milliseconds)),
        );
    }

    /** Text: date and time. */
    public static function exact(int $milliseconds): string
    {
        $format = get_option('date_format') . ' ' . get_option('time_format');

        return (string) wp_date($format, intdiv($milliseconds, 1000));
    }

    /** Text: `5 minutes ago`, `in 5 minutes`. */
    public static function relative(int $milliseconds): string
    {
        $now = self::now();
        if (abs($now - $milliseconds) < 1000) {
            return __('just now', 'hookwright');
        }
        $distance = human_time_diff(intdiv($milliseconds, 1000), intdiv($now, 1000));

        return $milliseconds > $now
            /* translators: %s: a length of time, as "5 minutes" */
            ? sprintf(__('in %s', 'hookwright'), $distance)
            /* translators: %s: a length of time, as "5 minutes" */
            : sprintf(__('%s ago', 'hookwright'), $distance);
    }

    /** Text: how long something took. */
    public static function duration(int $milliseconds): string
    {
        if ($milliseconds < 1000) {
            /* translators: %s: a number of milliseconds */
            return sprintf(__('%s ms', 'hookwright'), number_format_i18n($milliseconds));
        }

        /* translators: %s: a number of seconds */
        return sprintf(__('%s s', 'hookwright'), number_format_i18n($milliseconds / 1000, 1));
    }

    /** What `<input type="datetime-local">` gives, in the site's time zone; null where it is no time. */
    public static function fromField(string $text): ?int
    {
        $time = \DateTimeImmutable::createFromFormat('!Y-m-d\TH:i', substr($text, 0, 16), wp_timezone());

        return $time === false ? null : $time->getTimestamp() * 1000;
    }

    /** What `<input type="datetime-local">` takes, in the site's time zone. */
    public static function toField(int $milliseconds): string
    {
        return (string) wp_date('Y-m-d\TH:i', intdiv($milliseconds, 1000));
    }

    public static function now(): int
    {
        return (int) floor(microtime(true) * 1000);
    }
}
