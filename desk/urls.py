from django.urls import path

from desk.views import home

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", home.search, name="search"),
    path("appearance/", home.appearance, name="appearance"),
]
