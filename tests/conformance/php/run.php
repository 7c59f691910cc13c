<?php

declare(strict_types=1);

// The conformance suite on the PHP host: php -d ffi.enable=1 run.php PACKAGE FOLDER RECEIVER
//
// Plays each scenario of FOLDER, writes one line of canonical JSON for each result, and tells of each that is not what
// the scenario expects. PACKAGE is host/php. Environment: PHP_HOOKWRIGHT_LIBRARY, CONFORMANCE_PLACE
// (folder for databases), CONFORMANCE_ONLY (part of a name).

namespace Hookwright\Conformance;

[, $package, $folder, $origin] = $argv;
require "{$package}/autoload.php";
foreach (['canonical', 'difference', 'host', 'script', 'substitution', 'surroundings'] as $part) {
    require __DIR__ . "/{$part}.php";
}

$problems = 0;
$files = glob("{$folder}/*.json") ?: [];
sort($files);
foreach ($files as $file) {
    $name = basename($file, '.json');
    if (str_contains($name, (string) getenv('CONFORMANCE_ONLY'))) {
        $scenario = json_decode((string) file_get_contents($file), false, 512, JSON_THROW_ON_ERROR);
        $problems += play($name, $scenario, $origin);
    }
}
exit($problems === 0 ? 0 : 1);

/** Plays a scenario, and gives the number of results that are not as expected. */
function play(string $name, \stdClass $scenario, string $origin): int
{
    posted("{$origin}/-/script", written($scenario->receivers ?? new \stdClass()));
    $place = getenv('CONFORMANCE_PLACE') ?: sys_get_temp_dir();
    $place .= '/hookwright-conformance-' . getmypid() . "-{$name}";
    mkdir($place);
    $surroundings = new Surroundings($name);
    $start = static fn (?\stdClass $settings) => new Host(
        "{$place}/hookwright.db",
        array_map(strval(...), (array) $settings),
        $scenario->extensions ?? [],
        $surroundings,
    );
    $host = $start($scenario->settings ?? null);
    if (!($scenario->empty ?? false)) {
        $host->call('lifecycle.migrate', '[]');
    }
    $saved = new Saved(['receiver' => $origin]);
    $problems = 0;
    foreach ($scenario->steps as $index => $step) {
        $surroundings->beginStep($index + 1);
        if (isset($step->advance)) {
            $surroundings->now += $step->advance;
        } elseif (isset($step->set)) {
            $surroundings->now = $step->set;
        } elseif (isset($step->restart)) {
            $host = null;
            $host = $start($step->restart);
        } else {
            $answer = $host->result($step, $saved->arguments($step->with ?? []), static fn () => requests($origin));
            foreach ((array) ($step->save ?? []) as $word => $where) {
                $saved->save($word, placed($answer, $where));
            }
            $problems += tell($name, $index + 1, $step, alike($answer, $origin));
        }
    }
    $host = null;
    array_map(unlink(...), glob("{$place}/*") ?: []);
    rmdir($place);

    return $problems;
}

function tell(string $scenario, int $number, \stdClass $step, mixed $result): int
{
    echo written((object) ['result' => $result, 'scenario' => $scenario, 'step' => $number]), "\n";
    $places = differences($step->expect ?? null, $result);
    if ($places !== []) {
        $what = $step->call ?? $step->send ?? 'deliver';
        fwrite(STDERR, "{$scenario}, step {$number} ({$what}):\n  " . implode("\n  ", $places) . "\n");
    }

    return $places === [] ? 0 : 1;
}

/** What the receiver got since it was asked last. */
function requests(string $origin): array
{
    return json_decode((string) file_get_contents("{$origin}/-/requests"), false, 512, JSON_THROW_ON_ERROR);
}

function posted(string $url, string $body): void
{
    $http = ['method' => 'POST', 'header' => 'content-type: application/json', 'content' => $body];
    file_get_contents($url, false, stream_context_create(['http' => $http]));
}
