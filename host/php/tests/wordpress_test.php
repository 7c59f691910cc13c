<?php

declare(strict_types=1);

namespace Hookwright\Tests;

use Hookwright\WordPress\Events\Catalogue;
use Hookwright\WordPress\Events\Field;

// What the WordPress plugin knows without WordPress; wordpress/tests has the rest.
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
require_once dirname(__DIR__) . '/wordpress/load.php';

test('the topics of WordPress are those of the plugin wordpress-core, and some more', function (Ground $ground): void {
    $core = dirname(__DIR__, 3) . '/guest/plugins/wordpress-core/src/topics.js';
    file_put_contents("{$ground->folder}/topics.mjs", "import { events } from '{$core}';"
        . "console.log(JSON.stringify(events.map((event) => event.topic)));");
    [$code, $out, $error] = $ground->ran(['node', "{$ground->folder}/topics.mjs"]);
    same(0, $code, $error);
    $theirs = json_decode($out, true);
    $ours = json_decode((string) file_get_contents(dirname(__DIR__) . '/wordpress/data/topics.json'), true);
    holds(count($theirs) > 20, 'there are some');
    same($theirs, array_slice($ours, 0, count($theirs)));
    same(count($ours), count(Catalogue::topics('wordpress.')));
    // Each schema takes its own sample.
    $hookwright = $ground->hookwright();
    foreach (Catalogue::topics('wordpress.') as $topic) {
        $hookwright->catalogue->register($topic);
        $hookwright->catalogue->configure($topic->name, new \Hookwright\Catalogue\TopicSettings(\Hookwright\Catalogue\Validation::Enforce, 0));
        $hookwright->publish($topic->name, json_decode((string) $topic->sample));
    }
});

test('rows of WordPress become values as the plugin wordpress-core makes them', function (Ground $ground): void {
    $texts = ['', '<p>Hello <b>world</b></p>', 'a [gallery ids="1"] b<!-- more -->c', "x&nbsp;\n\t y <script>let a = '<';</script>z", str_repeat('word ', 60), 'Zoë 🦊 &amp; <br/> so'];
    $moments = ['2026-01-31 09:30:00', '2026-01-31T09:30:00Z', '0000-00-00 00:00:00', ''];
    file_put_contents("{$ground->folder}/fields.mjs", "import { Fields, plain } from '" . dirname(__DIR__, 3)
        . "/guest/plugins/wordpress-core/src/fields.js';"
        . "const cut = (text) => { const words = plain(text).split(' '); return words.length > 55 ? `\${words.slice(0, 55).join(' ')} …` : words.join(' '); };"
        . 'const [texts, moments] = JSON.parse(process.argv[2]);'
        . 'console.log(JSON.stringify([texts.map(cut), moments.map((at) => new Fields({ at }).moment("at") ?? null)]));');
    [$code, $out, $error] = $ground->ran(['node', "{$ground->folder}/fields.mjs", json_encode([$texts, $moments])]);
    same(0, $code, $error);
    same(json_decode($out, true), [array_map(Field::excerpt(...), $texts), array_map(Field::moment(...), $moments)]);
    same([null, 7, null, null, 'x'], [Field::id('0'), Field::id('7'), Field::id(''), Field::text(''), Field::text('x')]);
});

test('the plugin has one version, that of this repository', function (): void {
    $root = dirname(__DIR__);
    $of = static function (string $file, string $pattern): string {
        holds(preg_match($pattern, (string) file_get_contents($file), $found) === 1, "{$file} has a version");

        return $found[1];
    };
    $version = $of(dirname($root, 2) . '/Cargo.toml', '/^version = "([^"]+)"/m');
    same($version, \Hookwright\WordPress\Plugin::VERSION);
    same($version, $of("{$root}/wordpress/hookwright.php", '/^ \* Version:\s+(\S+)/m'));
    same($version, $of("{$root}/wordpress/readme.txt", '/^Stable tag: (\S+)/m'));
});
