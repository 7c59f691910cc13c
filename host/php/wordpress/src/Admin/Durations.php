<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin;

/** A list of lengths of time as a person writes it: `0s, 5s, 5m, 2h, 1d`. */
final class Durations
{
    private const UNITS = ['d' => 86_400_000, 'h' => 3_600_000, 'm' => 60_000, 's' => 1000, 'ms' => 1];

    /** What the component's usual lengths of time hold. */
    private const LARGEST = 4_294_967_295;

    /** What its longest do. */
    public const TEN_YEARS = 315_360_000_000;

    /** @return list<int>|null milliseconds; null where the text is no such list, or one of them is longer than that */
    public static function read(string $text, int $largest = self::LARGEST): ?array
    {
        $parts = preg_split('/[\s,;]+/', strtolower($text), -1, PREG_SPLIT_NO_EMPTY);
        $list = [];
        foreach ($parts ?: [] as $part) {
            if (preg_match('/^(\d{1,10})(ms|s|m|h|d)?$/', $part, $found) !== 1) {
                return null;
            }
            $milliseconds = (int) $found[1] * self::UNITS[$found[2] ?? 's'];
            if ($milliseconds > $largest) {
                return null;
            }
            $list[] = $milliseconds;
        }

        return $list;
    }

    /** @param list<int> $list milliseconds */
    public static function write(array $list): string
    {
        return implode(', ', array_map(static function (int $milliseconds): string {
            if ($milliseconds === 0) {
                return '0s';
            }
            foreach (self::UNITS as $unit => $size) {
                if ($milliseconds % $size === 0) {
                    return intdiv($milliseconds, $size) . $unit;
                }
            }

            return "{$milliseconds}ms";
        }, $list));
    }
}
