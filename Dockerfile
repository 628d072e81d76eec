# Production image: code, pinned dependencies, collected static files; the command chooses web, worker or beat.
FROM python:3.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production VITRINE_HOME=/var/lib/vitrine

RUN useradd --system --home-dir /var/lib/vitrine --create-home vitrine
WORKDIR /srv/vitrine

COPY pyproject.toml constraints.txt ./
COPY config/requirements.py config/requirements.py
RUN python config/requirements.py s3 | xargs pip install --constraint constraints.txt

COPY . .
RUN SECRET_KEY=build DATABASE_URL=postgresql:///build BROKER_URL=memory:// python manage.py collectstatic --no-input

USER vitrine
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "4", "--threads", "4", "--preload", "--no-control-socket", "--access-logfile", "-"]
